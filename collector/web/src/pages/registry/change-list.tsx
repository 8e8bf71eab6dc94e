/** Filed changes with what became of them, and what can be done with each by whoever looks. */
import { useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { FiledChangeView } from "../../../../api/registry-schemas.ts";
import { send } from "../../data/client.ts";
import { useMay, useSession } from "../../data/session.tsx";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { fieldOf, momentOf } from "./days.ts";

/** @param withStation whether the station is said */
export function ChangeList({ changes, withStation = false }: { changes: FiledChangeView[]; withStation?: boolean }) {
  return (
    <ul className="changes" data-testid="change-list">
      {changes.map((change) => (
        <Change key={change.id} change={change} withStation={withStation} />
      ))}
    </ul>
  );
}

function Change({ change, withStation }: { change: FiledChangeView; withStation: boolean }) {
  const { t } = useSpeech();
  const { id, station, kind, subject, state, workOrder, from, until, why, plan } = change;
  const nozzles = plan.dispenser?.nozzles ?? [];
  return (
    <li data-testid={`change-${id}`} data-state={state}>
      <div className="change-head">
        <p>
          <b>{t(`change.kind.${kind}`)}</b> <span className="code">{subject}</span>{" "}
          {withStation && (
            <Link className="code" to={`/registry/${station}`}>
              {station}
            </Link>
          )}
        </p>
        <span className={`flag-state change-${state}`}>{t(`change.state.${state}`)}</span>
      </div>
      <p>
        <span className="code">{workOrder}</span> · {why}
      </p>
      <p className="faint">{t("change.window", { from: formatDateTime(from), until: formatDateTime(until) })}</p>
      {nozzles.length > 0 && (
        <p className="faint">
          {nozzles.map(({ nozzle, grade, tank }) => t("entry.nozzleLine", { nozzle, grade, tank })).join(" · ")}
        </p>
      )}
      {plan.sealNumber !== undefined && <p className="faint">{t("change.sealAfter", { number: plan.sealNumber })}</p>}
      <Past change={change} />
      {state === "filed" && <Decision change={change} />}
      {state === "approved" && <Completion change={change} />}
    </li>
  );
}

/** Who did what with it, in order. */
function Past({ change: { filed, decision, done } }: { change: FiledChangeView }) {
  const { t } = useSpeech();
  const told = [
    t("change.filedBy", { by: filed.by, time: formatDateTime(filed.at) }),
    decision &&
      t(decision.why === "" ? "change.decidedPlain" : "change.decidedBy", {
        by: decision.by,
        time: formatDateTime(decision.at),
        why: decision.why,
      }),
    done && t("change.doneBy", { by: done.by, time: formatDateTime(done.at) }),
  ];
  return <p className="faint">{told.filter((one) => one !== null).join(t("common.listSeparator"))}</p>;
}

function useMove(id: string) {
  const cache = useQueryClient();
  const [act, outcome] = useAct();
  const move = (step: string, body: object) =>
    act(async () => {
      await send("POST", `/registry/changes/${id}/${step}`, body);
      for (const key of ["registry-changes", "registry-entry", "registry-history"]) {
        await cache.invalidateQueries({ queryKey: [key] });
      }
    });
  return { move, outcome };
}

function Decision({ change: { id, filed } }: { change: FiledChangeView }) {
  const { t } = useSpeech();
  const { name, account } = useSession();
  const decides = useMay("registry:approve");
  const files = useMay("filings:file");
  const { move, outcome } = useMove(id);
  const [why, setWhy] = useState("");
  // People are written down with their sign-in name, which is theirs alone.
  const isOwn = filed.by === `${name} (${account})`;
  if (isOwn) {
    return (
      <p className="change-act">
        <span className="faint">{t("change.own")}</span>
        {files && (
          <Button size="small" loading={outcome.busy} onClick={() => move("withdrawal", {})}>
            {t("change.withdraw")}
          </Button>
        )}
        <Outcome of={outcome} />
      </p>
    );
  }
  if (!decides) return null;
  return (
    <>
      <div className="change-act">
        <Input
          size="small"
          value={why}
          maxLength={1_000}
          placeholder={t("change.opinion")}
          aria-label={t("change.opinion")}
          onChange={({ target }) => setWhy(target.value)}
        />
        <Button
          size="small"
          type="primary"
          loading={outcome.busy}
          onClick={() => move("decision", { decision: "approve", why })}
          data-testid="approve"
        >
          {t("change.approve")}
        </Button>
        <Button
          size="small"
          disabled={why.trim().length < 2}
          onClick={() => move("decision", { decision: "reject", why })}
        >
          {t("change.reject")}
        </Button>
      </div>
      <Outcome of={outcome} />
    </>
  );
}

function Completion({ change: { id, from } }: { change: FiledChangeView }) {
  const { t } = useSpeech();
  const files = useMay("filings:file");
  const { move, outcome } = useMove(id);
  const [at, setAt] = useState(() => fieldOf(Math.max(Date.now(), Date.parse(from))));
  if (!files) return null;
  return (
    <>
      <div className="change-act">
        <input
          type="datetime-local"
          className="day-field"
          aria-label={t("change.doneAt")}
          value={at}
          onChange={({ target }) => setAt(target.value)}
        />
        <Button
          size="small"
          type="primary"
          loading={outcome.busy}
          disabled={at === ""}
          onClick={() => move("completion", { at: momentOf(at) })}
          data-testid="complete"
        >
          {t("change.complete")}
        </Button>
      </div>
      <Outcome of={outcome} />
    </>
  );
}
