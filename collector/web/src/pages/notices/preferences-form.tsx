/** What is told, where and when: of a person, or of a group that belongs to a unit. */
import { Button } from "antd";
import { useState } from "react";
import type { OwnSettings } from "../../../../api/notice-schemas.ts";
import type { Preferences } from "../../data/notices.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { ChoiceTable, type Offered } from "./choice-table.tsx";
import { RuleChoices } from "./rule-choices.tsx";
import { TimingFields } from "./timing-fields.tsx";

/** How what is wanted is kept, and what came of it. */
export interface Saving {
  mutate: (wanted: Preferences) => void;
  reset: () => void;
  isPending: boolean;
  isSuccess: boolean;
  error: Error | null;
}

export function PreferencesForm(props: {
  value: Preferences;
  channels: readonly Offered[];
  topics: readonly OwnSettings["topics"][number][];
  rules: OwnSettings["rules"];
  saving: Saving;
}) {
  const { channels, topics, rules, saving } = props;
  const { t } = useSpeech();
  const [wanted, setWanted] = useState(props.value);
  const change = (part: Partial<Preferences>) => {
    saving.reset();
    setWanted({ ...wanted, ...part });
  };
  const seesFlags = topics.some((topic) => topic === "flags" || topic === "flags.others");
  return (
    <form
      className="preferences"
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate(wanted);
      }}
    >
      <Panel title={t("noticeSettings.what")}>
        <p className="faint">{t("noticeSettings.whatHelp")}</p>
        <ChoiceTable
          choices={wanted.choices}
          rows={topics.map((topic) => ({ topic, label: t(`noticeTopic.${topic}`) }))}
          channels={channels}
          onChange={(choices) => change({ choices })}
        />
        {seesFlags && rules.length > 0 && (
          <RuleChoices
            choices={wanted.choices}
            rules={rules}
            channels={channels}
            onChange={(choices) => change({ choices })}
          />
        )}
      </Panel>
      <Panel title={t("noticeSettings.when")}>
        <p className="faint">{t("noticeSettings.whenHelp")}</p>
        <TimingFields value={wanted} onChange={change} />
      </Panel>
      <div className="preferences-save">
        {saving.error !== null && <Refusal error={saving.error} />}
        <div className="preferences-done">
          <Button type="primary" htmlType="submit" loading={saving.isPending} data-testid="save-notices">
            {t("noticeSettings.save")}
          </Button>
          {saving.isSuccess && (
            <Mark tone="good" icon="check">
              {t("noticeSettings.saved")}
            </Mark>
          )}
        </div>
      </div>
    </form>
  );
}
