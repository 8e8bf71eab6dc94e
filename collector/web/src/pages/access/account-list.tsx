/**
 * Accounts, with what each of the two administrators can do about them.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import type { AccountView } from "../../../../api/access-schemas.ts";
import { accountsQuery, useRoleNames, useUnitNames } from "../../data/admin-queries.ts";
import { send } from "../../data/client.ts";
import { useMay, useSession } from "../../data/session.tsx";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { Answer } from "../../parts/waiting.tsx";
import { Confirmed, Once } from "./confirmed.tsx";

export function AccountList() {
  const accounts = useQuery(accountsQuery);
  return (
    <Answer query={accounts}>
      {({ items }) => (
        <div className="cards">
          {items.map((account) => (
            <AccountCard key={account.login} account={account} />
          ))}
        </div>
      )}
    </Answer>
  );
}

function AccountCard({ account }: { account: AccountView }) {
  const { t } = useSpeech();
  const names = useRoleNames();
  const { login, name, unit, roles, lastAt, isLocked, closedAt, hasSecondFactor, sessions } = account;
  const marks = [
    ...(closedAt === null ? [] : [t("access.closed")]),
    ...(isLocked ? [t("access.locked")] : []),
    ...(hasSecondFactor ? [] : [t("access.noFactor")]),
    ...(sessions === 0 ? [] : [t("access.openSessions", { count: sessions })]),
  ];
  return (
    <article className="card" data-testid={`account-${login}`}>
      <div className="card-head">
        <h3>{`${name} (${login})`}</h3>
        <span className={isLocked ? "bad" : "faint"}>{marks.join(" · ")}</span>
      </div>
      <p>{useUnitNames()(unit)}</p>
      <p>{roles.map(names).join(t("common.listSeparator")) || t("common.none")}</p>
      <p className="faint">
        {lastAt === null ? t("access.never") : t("access.lastAt", { time: formatDateTime(lastAt) })}
      </p>
      {closedAt === null && <AccountActs account={account} />}
    </article>
  );
}

function AccountActs({ account: { login, roles, isLocked, sessions } }: { account: AccountView }) {
  const { t } = useSpeech();
  const names = useRoleNames();
  const cache = useQueryClient();
  const [act, outcome] = useAct();
  const [once, setOnce] = useState<string>();
  // Nobody resets their own.
  const isOwn = useSession().account === login;
  const mayManage = useMay("accounts:manage");
  const mayGrant = useMay("access:grant");
  const run = (method: "POST" | "DELETE", path: string) => () =>
    void act(async () => {
      const told = await send<{ password?: string }>(method, `/accounts/${login}/${path}`);
      setOnce(told?.password);
      await cache.invalidateQueries({ queryKey: ["accounts"] });
    });
  return (
    <>
      <div className="acts">
        {mayGrant && isLocked && (
          <Button size="small" onClick={run("POST", "unlocking")}>
            {t("access.unlock")}
          </Button>
        )}
        {mayGrant && !isOwn && <Confirmed label={t("access.resetPassword")} run={run("POST", "password-reset")} />}
        {mayGrant && sessions > 0 && <Confirmed label={t("access.endSessions")} run={run("DELETE", "sessions")} />}
        {mayGrant &&
          roles.map((role) => (
            <Confirmed
              key={role}
              label={t("access.revoke", { role: names(role) })}
              run={run("DELETE", `roles/${role}`)}
            />
          ))}
        {mayManage && !isOwn && <Confirmed label={t("access.resetFactor")} run={run("POST", "second-factor-reset")} />}
        {mayManage && <Confirmed label={t("access.close")} run={run("POST", "closure")} />}
      </div>
      {once !== undefined && <Once secret={once} />}
      <Outcome of={outcome} />
    </>
  );
}
