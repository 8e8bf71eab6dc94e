/**
 * One request with what the reader can do about it.
 */
import { useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import type { RequestView } from "../../../../api/access-schemas.ts";
import { useRoleNames, useUnitNames } from "../../data/admin-queries.ts";
import { send } from "../../data/client.ts";
import { useMay, useSession } from "../../data/session.tsx";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { type ActOutcome, Outcome, useAct } from "../../parts/act.tsx";
import { Once } from "./confirmed.tsx";

export function RequestCard({ request }: { request: RequestView }) {
  const { t, language } = useSpeech();
  const names = useRoleNames();
  const unitName = useUnitNames();
  const { login, name, unit, roles, functions, counties, reason, state, isOverdue, isDueSure, kind } = request;
  const wanted = kind === "person" ? roles.map(names) : functions;
  const scope = counties === null ? "" : ` · ${counties.join(t("common.listSeparator"))}`;
  const { filedByName, filedAt, dueAt, decidedByName, decidedAt, decision, isDueSoon } = request;
  return (
    <article className={isOverdue ? "card late" : "card"} data-testid={`request-${login}`} data-state={state}>
      <div className="card-head">
        <h3>{`${name} (${login})`}</h3>
        <span className={isOverdue ? "bad" : "faint"}>
          {isOverdue ? t("access.overdue") : (phraseFor(language, "access.state", state) ?? state)}
        </span>
      </div>
      <p>{`${unitName(unit)}${scope}`}</p>
      <p>{wanted.join(t("common.listSeparator"))}</p>
      <p>{reason}</p>
      <p className="faint">{t("access.by", { who: filedByName, time: formatDateTime(filedAt) })}</p>
      {state === "filed" && (
        <p className={isDueSoon ? "bad" : "faint"}>
          {t(isDueSoon ? "request.dueSoon" : "access.due", { time: formatDateTime(dueAt) })}
        </p>
      )}
      {state === "filed" && !isDueSure && <p className="bad">{t("access.dueUnsure")}</p>}
      {decidedByName !== null && (
        <p className="faint">
          {t("access.decidedBy", { who: decidedByName, time: formatDateTime(decidedAt), reason: decision ?? "" })}
        </p>
      )}
      <RequestActs request={request} />
    </article>
  );
}

function RequestActs({ request }: { request: RequestView }) {
  const cache = useQueryClient();
  const [act, outcome] = useAct();
  const [once, setOnce] = useState<string>();
  const post = (path: string, body: object) =>
    void act(async () => {
      const told = await send<{ password?: string; token?: string }>("POST", path, body);
      setOnce(told?.password ?? told?.token);
      await Promise.all([
        cache.invalidateQueries({ queryKey: ["access-requests"] }),
        cache.invalidateQueries({ queryKey: ["session"] }),
      ]);
    });
  return (
    <>
      {request.state === "filed" && <Deciding request={request} post={post} outcome={outcome} />}
      {request.state === "approved" && <CarryingOut request={request} post={post} outcome={outcome} />}
      {once !== undefined && <Once secret={once} />}
      <Outcome of={outcome} />
    </>
  );
}

interface Acting {
  request: RequestView;
  post: (path: string, body: object) => void;
  outcome: ActOutcome;
}

function Deciding({ request: { id, filedBy, login }, post, outcome }: Acting) {
  const { t } = useSpeech();
  const { account } = useSession();
  const [reason, setReason] = useState("");
  const mayDecide = useMay("access:decide") && filedBy !== account && login !== account;
  const decide = (approve: boolean) => post(`/access-requests/${id}/decision`, { approve, reason });
  const isReady = reason.trim().length >= 2 && !outcome.busy;
  return (
    <div className="acts">
      {mayDecide && (
        <>
          <Input
            placeholder={t("access.decision")}
            aria-label={t("access.decision")}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button type="primary" disabled={!isReady} onClick={() => decide(true)} data-testid="approve">
            {t("access.approve")}
          </Button>
          <Button disabled={!isReady} onClick={() => decide(false)}>
            {t("access.refuse")}
          </Button>
        </>
      )}
      {filedBy === account && (
        <Button onClick={() => post(`/access-requests/${id}/withdrawal`, {})}>{t("access.withdraw")}</Button>
      )}
    </div>
  );
}

function CarryingOut({ request: { id, kind, hasAccount }, post, outcome }: Acting) {
  const { t } = useSpeech();
  const mayMake = useMay("accounts:manage");
  const mayGrant = useMay("access:grant");
  const button = (label: string, path: string, testid: string) => (
    <Button type="primary" loading={outcome.busy} onClick={() => post(path, { request: id })} data-testid={testid}>
      {label}
    </Button>
  );
  if (kind === "machine") {
    return mayGrant ? <div className="acts">{button(t("access.issueToken"), "/tokens", "issue-token")}</div> : null;
  }
  return (
    <div className="acts">
      {mayMake && !hasAccount && button(t("access.makeAccount"), "/accounts", "make-account")}
      {mayGrant && hasAccount && button(t("access.grant"), "/role-grants", "grant")}
      {mayGrant && !hasAccount && <span className="faint">{t("access.awaitAccount")}</span>}
    </div>
  );
}
