/** The channels that the configuration names: on or off, whose group, what it is told, and a test of each. */
import { useQuery } from "@tanstack/react-query";
import { Button, Select, Switch } from "antd";
import { useState } from "react";
import type { ChannelView } from "../../../../api/notice-schemas.ts";
import { unitsQuery } from "../../data/admin-queries.ts";
import { noticeChannelsQuery, type Preferences, useSetChannel, useTrial } from "../../data/notices.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { PreferencesForm } from "./preferences-form.tsx";

const TOPICS = ["flags", "flags.others", "cases", "inspections"] as const;

export function ChannelList() {
  const { t } = useSpeech();
  const channels = useQuery(noticeChannelsQuery);
  return (
    <Answer query={channels}>
      {({ items }) => (
        <>
          {items.length === 0 ? <Nothing text={t("noticeChannel.none")} /> : <p>{t("noticeChannel.help")}</p>}
          <div className="channels">
            {items.map((one) => (
              <ChannelPart key={one.id} one={one} />
            ))}
          </div>
        </>
      )}
    </Answer>
  );
}

function ChannelPart({ one }: { one: ChannelView }) {
  const { t } = useSpeech();
  const isGroup = one.confirmed === null;
  return (
    <Panel title={one.name} note={t(`noticeKind.${one.kind}`)}>
      {isGroup ? <GroupSettings one={one} /> : <PersonalSettings one={one} />}
      <TrialButton id={one.id} />
    </Panel>
  );
}

function PersonalSettings({ one }: { one: ChannelView }) {
  const { t } = useSpeech();
  const set = useSetChannel(one.id);
  return (
    <div className="channel-row">
      <Switch
        aria-label={t("noticeChannel.enabled")}
        checked={one.enabled}
        loading={set.isPending}
        onChange={(enabled) => set.mutate({ enabled })}
      />
      <span>{t(one.enabled ? "noticeChannel.enabled" : "noticeChannel.off")}</span>
      <span className="faint">{t("noticeChannel.people", { count: one.confirmed ?? 0 })}</span>
      {set.error !== null && <Refusal error={set.error} />}
    </div>
  );
}

/** What a group is told until the administrator says otherwise: what is grave of its own, and its cases. */
const firstOf = (channel: string): Preferences => ({
  choices: {
    flags: { least: "high", channels: [channel] },
    "flags.others": { least: "never", channels: [channel] },
    cases: { least: "medium", channels: [channel] },
    inspections: { least: "never", channels: [channel] },
  },
  quiet: { from: "22:00", until: "07:00" },
  urgentThrough: true,
  digest: "at-once",
  dailyAt: "08:30",
  language: "zh",
});

function GroupSettings({ one }: { one: ChannelView }) {
  const { t } = useSpeech();
  const { data } = useQuery(unitsQuery);
  const [unit, setUnit] = useState(one.unit);
  const [enabled, setEnabled] = useState(one.enabled);
  const set = useSetChannel(one.id);
  const { reset, isPending, isSuccess, error } = set;
  const mutate = (preferences: Preferences) => set.mutate({ enabled, unit, preferences });
  return (
    <>
      <div className="channel-row">
        <Switch aria-label={t("noticeChannel.enabled")} checked={enabled} onChange={setEnabled} />
        <span>{t(enabled ? "noticeChannel.enabled" : "noticeChannel.off")}</span>
        <Select
          className="channel-unit"
          aria-label={t("noticeChannel.unit")}
          placeholder={t("noticeChannel.unit")}
          value={unit}
          onChange={setUnit}
          options={(data?.items ?? [])
            .filter(({ closedAt }) => closedAt === null)
            .map(({ id, name }) => ({ value: id, label: name }))}
        />
      </div>
      <PreferencesForm
        value={one.preferences ?? firstOf(one.id)}
        channels={[{ id: one.id, name: one.name, usable: true }]}
        topics={TOPICS}
        rules={[]}
        saving={{ mutate, reset, isPending, isSuccess, error }}
      />
    </>
  );
}

function TrialButton({ id }: { id: string }) {
  const { t } = useSpeech();
  const trial = useTrial(id);
  const sent = trial.data;
  return (
    <div className="channel-row channel-trial">
      <Button loading={trial.isPending} onClick={() => trial.mutate(undefined)}>
        {t("noticeChannel.trial")}
      </Button>
      {sent !== undefined && sent.result === "taken" && (
        <Mark tone="good" icon="check">
          {t("noticeChannel.trialTaken")}
        </Mark>
      )}
      {sent !== undefined && sent.result !== "taken" && (
        <Mark tone="bad" icon="cross">
          {t("noticeChannel.trialFailed", { detail: sent.detail })}
        </Mark>
      )}
      {trial.error !== null && <Refusal error={trial.error} />}
    </div>
  );
}
