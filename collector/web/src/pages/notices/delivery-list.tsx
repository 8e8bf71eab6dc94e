/** The record of deliveries: what was sent to whom, each try, and what became of it. */
import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import type { DeliveryView } from "../../../../api/notice-schemas.ts";
import { deliveriesQuery, noticeChannelsQuery, useSendAgain } from "../../data/notices.ts";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import type { IconName } from "../../parts/icons.tsx";
import { Mark, type Tone } from "../../parts/marks.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";

const STATES = ["waiting", "sending", "sent", "refused", "dead", "unsure", "dropped"] as const;
type State = (typeof STATES)[number];
const GIVEN_UP: readonly string[] = ["refused", "dead", "unsure"];
const MARKS: Record<State, { tone: Tone; icon: IconName }> = {
  waiting: { tone: "quiet", icon: "ring" },
  sending: { tone: "quiet", icon: "ring" },
  sent: { tone: "good", icon: "check" },
  refused: { tone: "bad", icon: "cross" },
  dead: { tone: "bad", icon: "octagon" },
  unsure: { tone: "warn", icon: "triangle" },
  dropped: { tone: "quiet", icon: "info" },
};

export function DeliveryList() {
  const { t } = useSpeech();
  const [state, setState] = useState<State | undefined>(undefined);
  const [channel, setChannel] = useState<string | undefined>(undefined);
  const [before, setBefore] = useState<number | undefined>(undefined);
  const deliveries = useQuery(deliveriesQuery({ state, channel, before }));
  const { data: channels } = useQuery(noticeChannelsQuery);
  return (
    <section className="panel" aria-label={t("notices.deliveries")}>
      <div className="notices-tools">
        <Select
          className="delivery-filter"
          aria-label={t("deliveries.allStates")}
          allowClear
          placeholder={t("deliveries.allStates")}
          value={state ?? null}
          onChange={(value: State | null) => {
            setState(value ?? undefined);
            setBefore(undefined);
          }}
          options={STATES.map((value) => ({
            value,
            label: `${t(`deliveryState.${value}`)} ${channels?.counts[value] ?? 0}`,
          }))}
        />
        <Select
          className="delivery-filter"
          aria-label={t("deliveries.allChannels")}
          allowClear
          placeholder={t("deliveries.allChannels")}
          value={channel ?? null}
          onChange={(value: string | null) => {
            setChannel(value ?? undefined);
            setBefore(undefined);
          }}
          options={(channels?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </div>
      <p className="faint">{t("deliveries.help")}</p>
      <Answer query={deliveries}>
        {({ items, next }) => (
          <>
            {items.length === 0 && <Nothing text={t("deliveries.none")} />}
            <ul className="delivery-list">
              {items.map((one) => (
                <DeliveryLine key={one.id} one={one} />
              ))}
            </ul>
            {next !== null && (
              <div className="more">
                <Button onClick={() => setBefore(next)}>{t("common.more")}</Button>
              </div>
            )}
          </>
        )}
      </Answer>
    </section>
  );
}

function DeliveryLine({ one }: { one: DeliveryView }) {
  const { t, language } = useSpeech();
  const again = useSendAgain();
  const state = STATES.find((name) => name === one.state) ?? "waiting";
  const address = one.tries.at(-1)?.address;
  return (
    <li data-testid="delivery" data-state={one.state}>
      <div className="delivery-head">
        <Mark {...MARKS[state]}>{t(`deliveryState.${state}`)}</Mark>
        <span>
          {t(`noticeTopic.${one.topic}`)} <span className="code faint">{one.key}</span>
        </span>
        <time dateTime={one.at}>{formatDateTime(one.at)}</time>
      </div>
      <div className="delivery-facts">
        <span>
          {t("deliveries.to")} {one.recipient}
          {address == null ? "" : ` · ${address}`} · {one.channel}
        </span>
        {one.state === "waiting" && (
          <span className="faint">{t("deliveries.next", { time: formatDateTime(one.dueAt) })}</span>
        )}
        {GIVEN_UP.includes(one.state) && (
          <Button size="small" loading={again.isPending} onClick={() => again.mutate(one.id)}>
            {t("deliveries.again")}
          </Button>
        )}
      </div>
      {one.tries.length > 0 && (
        <ol className="tries" aria-label={t("deliveries.tries")}>
          {one.tries.map(({ at, result, detail }) => (
            <li key={at}>
              <time dateTime={at}>{formatDateTime(at)}</time> {phraseFor(language, "tryResult", result) ?? result}{" "}
              <span className="faint">{detail}</span>
            </li>
          ))}
        </ol>
      )}
      {again.error !== null && <Refusal error={again.error} />}
    </li>
  );
}
