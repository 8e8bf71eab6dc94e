/** Quiet hours, digest and language of what leaves the house. */
import { Checkbox, Segmented } from "antd";
import type { Preferences } from "../../data/notices.ts";
import { useSpeech } from "../../language/language-context.tsx";

const DIGESTS = ["at-once", "hourly", "daily"] as const;
const USUAL_QUIET = { from: "22:00", until: "07:00" };

type Timing = Pick<Preferences, "quiet" | "urgentThrough" | "digest" | "dailyAt" | "language">;

export function TimingFields({ value, onChange }: { value: Timing; onChange: (part: Partial<Timing>) => void }) {
  const { t } = useSpeech();
  const { quiet, urgentThrough, digest, dailyAt, language } = value;
  return (
    <div className="timing">
      <div className="timing-row">
        <span className="timing-name">{t("noticeSettings.digest")}</span>
        <Segmented
          aria-label={t("noticeSettings.digest")}
          value={digest}
          onChange={(chosen) => onChange({ digest: chosen })}
          options={DIGESTS.map((name) => ({ value: name, label: t(`noticeDigest.${name}`) }))}
        />
        {digest === "daily" && (
          <TimeField
            label={t("noticeSettings.dailyAt")}
            value={dailyAt}
            onChange={(time) => onChange({ dailyAt: time })}
          />
        )}
      </div>
      <div className="timing-row">
        <Checkbox
          className="timing-name"
          checked={quiet !== null}
          onChange={({ target }) => onChange({ quiet: target.checked ? USUAL_QUIET : null })}
        >
          {t("noticeSettings.quiet")}
        </Checkbox>
        {quiet !== null && (
          <span className="time-span">
            <TimeField
              label={t("noticeSettings.from")}
              value={quiet.from}
              onChange={(from) => onChange({ quiet: { ...quiet, from } })}
            />
            <TimeField
              label={t("noticeSettings.until")}
              value={quiet.until}
              onChange={(until) => onChange({ quiet: { ...quiet, until } })}
            />
          </span>
        )}
      </div>
      <Checkbox checked={urgentThrough} onChange={({ target }) => onChange({ urgentThrough: target.checked })}>
        {t("noticeSettings.through")}
      </Checkbox>
      <div className="timing-row">
        <span className="timing-name">{t("noticeSettings.language")}</span>
        <Segmented
          aria-label={t("noticeSettings.language")}
          value={language}
          onChange={(chosen) => onChange({ language: chosen })}
          options={[
            { value: "zh" as const, label: "中文" },
            { value: "en" as const, label: "English" },
          ]}
        />
      </div>
    </div>
  );
}

function TimeField(props: { label: string; value: string; onChange: (time: string) => void }) {
  return (
    <label className="time-field">
      <span>{props.label}</span>
      <input
        type="time"
        value={props.value}
        required
        onChange={({ target }) => target.value !== "" && props.onChange(target.value)}
      />
    </label>
  );
}
