/**
 * Where one is signed in, and a way to end it.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { send } from "../../data/client.ts";
import { ownSessionsQuery } from "../../data/queries.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { Answer } from "../../parts/waiting.tsx";

export function SessionList() {
  const { t } = useSpeech();
  const cache = useQueryClient();
  const sessions = useQuery(ownSessionsQuery);
  const [act, outcome] = useAct();
  const end = (id: string) =>
    void act(async () => {
      await send("DELETE", `/own/sessions/${id}`);
      await cache.invalidateQueries({ queryKey: ["own-sessions"] });
    });
  return (
    <Answer query={sessions}>
      {({ items }) => (
        <>
          <Outcome of={outcome} />
          <ul className="session-list">
            {items.map(({ id, since, seen, address, agent, isThis }) => (
              <li key={id}>
                <div>
                  <p>
                    {address} {isThis && <strong>{t("own.thisSession")}</strong>}
                  </p>
                  <p className="faint">
                    {t("own.since", { time: formatDateTime(since) })} · {t("own.seen", { time: formatDateTime(seen) })}
                  </p>
                  <p className="faint">{agent}</p>
                </div>
                {!isThis && (
                  <Button size="small" onClick={() => end(id)}>
                    {t("own.end")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Answer>
  );
}
