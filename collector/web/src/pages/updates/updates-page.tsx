/** Roll-outs of updates, for whoever runs the gateways: how far each has come, and why one stopped by itself. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { Link } from "react-router";
import type { RolloutView } from "../../../../api/rollout-schemas.ts";
import { get } from "../../data/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import "../registry/registry.css";

const rolloutsQuery = queryOptions({
  queryKey: ["rollouts"] as const,
  queryFn: () => get<{ items: RolloutView[] }>("/rollouts"),
});

export default function UpdatesPage() {
  const { t } = useSpeech();
  const rollouts = useQuery(rolloutsQuery);
  return (
    <>
      <title>{`${t("updates.title")} · ${t("product.name")}`}</title>
      <h1>{t("updates.title")}</h1>
      <Answer query={rollouts}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing text={t("updates.none")} />
          ) : (
            items.map((one) => <Rollout key={`${one.version} ${one.startedAt}`} of={one} />)
          )
        }
      </Answer>
    </>
  );
}

function Rollout({ of }: { of: RolloutView }) {
  const { t, language } = useSpeech();
  const { version, state, reason, startedAt, lookedAt, rings, ring, troubled } = of;
  const title = t("updates.of", { version, state: phraseFor(language, "updates.state", state) ?? state });
  return (
    <section className="panel" aria-label={title} data-testid={`rollout-${version}`} data-state={state}>
      <div className="panel-head">
        <h2>{title}</h2>
        <p className="panel-note">
          {t("updates.times", { started: formatDateTime(startedAt), looked: formatDateTime(lookedAt) })}
        </p>
      </div>
      {state === "stopped" && <Alert type="error" showIcon title={t("updates.stopped")} description={reason} />}
      <div className="scroll-x">
        <table className="registry-table">
          <thead>
            <tr>
              <th>{t("updates.ring")}</th>
              {(["gateways", "ordered", "done", "worse"] as const).map((name) => (
                <th key={name} className="number">
                  {t(`updates.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rings.map((one) => (
              <tr key={one.ring} aria-current={state === "running" && one.ring === ring ? "step" : undefined}>
                <th scope="row">{one.ring}</th>
                <td className="number">{one.gateways}</td>
                <td className="number">{one.ordered}</td>
                <td className="number">{one.done}</td>
                <td className="number">{one.worse}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {troubled.length > 0 && (
        <ul aria-label={t("updates.worse")}>
          {troubled.map(({ gateway, station, outcome }) => (
            <li key={gateway}>
              <Link to={`/stations/${encodeURIComponent(station)}`}>{gateway}</Link>{" "}
              {phraseFor(language, "updates.outcome", outcome) ?? outcome}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
