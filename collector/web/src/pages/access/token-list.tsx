/**
 * Tokens of programs: what each may, how long, and when it was last used.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { tokensQuery, useUnitNames } from "../../data/admin-queries.ts";
import { send } from "../../data/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { Confirmed } from "./confirmed.tsx";

export function TokenList() {
  const { t } = useSpeech();
  const cache = useQueryClient();
  const unitName = useUnitNames();
  const tokens = useQuery(tokensQuery);
  const [act, outcome] = useAct();
  const revoke = (id: string) =>
    void act(async () => {
      await send("DELETE", `/tokens/${id}`);
      await cache.invalidateQueries({ queryKey: ["tokens"] });
    });
  return (
    <Answer query={tokens}>
      {({ items }) => (
        <>
          <Outcome of={outcome} />
          {items.length === 0 && <Nothing text={t("access.noTokens")} />}
          <div className="cards">
            {items.map(({ id, name, unit, functions, expiresAt, revokedAt, usedAt }) => (
              <article className="card" key={id}>
                <div className="card-head">
                  <h3>{name}</h3>
                  <span className="faint">
                    {revokedAt === null
                      ? t("access.expires", { time: formatDateTime(expiresAt) })
                      : t("access.revoked")}
                  </span>
                </div>
                <p>{unitName(unit)}</p>
                <p className="code">{functions.join(", ")}</p>
                <p className="faint">{t("access.used", { time: formatDateTime(usedAt) })}</p>
                {revokedAt === null && (
                  <div className="acts">
                    <Confirmed label={t("access.revokeToken")} run={() => revoke(id)} />
                  </div>
                )}
              </article>
            ))}
          </div>
        </>
      )}
    </Answer>
  );
}
