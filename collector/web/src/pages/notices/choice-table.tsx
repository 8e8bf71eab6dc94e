/** For each topic how grave it must be, and where it goes. */
import { Button, Checkbox, Select } from "antd";
import type { Preferences } from "../../data/notices.ts";
import { useSpeech } from "../../language/language-context.tsx";

type Choices = Preferences["choices"];
type Choice = Choices[string];

/** A channel that can be chosen; one that is not usable yet is shown, and cannot be. */
export interface Offered {
  id: string;
  name: string;
  usable: boolean;
}

const LEAST = ["notice", "medium", "high", "never"] as const;
/** What stands for a topic of which nothing was said. */
const NOTHING: Choice = { least: "never", channels: [] };

export function ChoiceTable(props: {
  choices: Choices;
  rows: readonly { topic: string; label: string }[];
  channels: readonly Offered[];
  onChange: (choices: Choices) => void;
  onRemove?: (topic: string) => void;
}) {
  const { choices, rows, channels, onChange, onRemove } = props;
  const { t } = useSpeech();
  return (
    <ul className="choices">
      {rows.map(({ topic, label }) => {
        const choice = choices[topic] ?? NOTHING;
        const set = (part: Partial<Choice>) => onChange({ ...choices, [topic]: { ...choice, ...part } });
        return (
          <li key={topic} data-testid={`choice-${topic}`}>
            <span className="choice-topic">{label}</span>
            <Select
              className="choice-least"
              aria-label={`${label} ${t("noticeSettings.least")}`}
              value={choice.least}
              onChange={(least) => set({ least })}
              options={LEAST.map((value) => ({ value, label: t(`noticeLeast.${value}`) }))}
            />
            <span className="choice-channels">
              {choice.least !== "never" &&
                channels.length > 1 &&
                channels.map(({ id, name, usable }) => (
                  <Checkbox
                    key={id}
                    disabled={!usable}
                    checked={choice.channels.includes(id)}
                    onChange={({ target }) =>
                      set({
                        channels: target.checked
                          ? [...choice.channels, id]
                          : choice.channels.filter((one) => one !== id),
                      })
                    }
                  >
                    {name}
                  </Checkbox>
                ))}
            </span>
            {onRemove !== undefined && (
              <Button size="small" className="choice-remove" onClick={() => onRemove(topic)}>
                {t("noticeSettings.remove")}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
