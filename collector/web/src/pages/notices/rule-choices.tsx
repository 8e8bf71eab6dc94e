/** Choices for single rules and groups of rules, which go before those of the topic. */
import { Select } from "antd";
import type { OwnSettings } from "../../../../api/notice-schemas.ts";
import type { Preferences } from "../../data/notices.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { ChoiceTable, type Offered } from "./choice-table.tsx";

type Choices = Preferences["choices"];
const PREFIX = "flags/";

export function RuleChoices(props: {
  choices: Choices;
  rules: OwnSettings["rules"];
  channels: readonly Offered[];
  onChange: (choices: Choices) => void;
}) {
  const { choices, rules, channels, onChange } = props;
  const { t, language } = useSpeech();
  const groups = [...new Set(rules.map(({ id }) => id.split(".")[0] ?? id))];
  const groupName = (group: string) =>
    t("noticeSettings.group", { group: phraseFor(language, "ruleGroup", group) ?? group });
  const nameOf = (topic: string) => {
    const id = topic.slice(PREFIX.length);
    return rules.find((rule) => rule.id === id)?.title[language] ?? groupName(id);
  };
  const chosen = Object.keys(choices).filter((topic) => topic.startsWith(PREFIX));
  const options = [
    ...groups.map((group) => ({ value: `${PREFIX}${group}`, label: groupName(group) })),
    ...rules.map(({ id, title }) => ({ value: `${PREFIX}${id}`, label: title[language] })),
  ].filter(({ value }) => !chosen.includes(value));
  const first = channels.filter(({ usable }) => usable).map(({ id }) => id);
  return (
    <div className="rule-choices">
      <h3 className="sub">{t("noticeSettings.exceptions")}</h3>
      <p className="faint">{t("noticeSettings.exceptionsHelp")}</p>
      <ChoiceTable
        choices={choices}
        rows={chosen.map((topic) => ({ topic, label: nameOf(topic) }))}
        channels={channels}
        onChange={onChange}
        onRemove={(gone) => onChange(Object.fromEntries(Object.entries(choices).filter(([topic]) => topic !== gone)))}
      />
      <Select
        showSearch
        optionFilterProp="label"
        className="rule-add"
        aria-label={t("noticeSettings.addRule")}
        placeholder={t("noticeSettings.addRule")}
        value={null}
        onChange={(topic: string | null) => {
          if (topic !== null) onChange({ ...choices, [topic]: { least: "notice", channels: first } });
        }}
        options={options}
      />
    </div>
  );
}
