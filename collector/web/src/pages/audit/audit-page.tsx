/**
 * The audit log, for the audit administrator: who did what, and whether the log is as it was written.
 */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { useState } from "react";
import type { AuditEntryView } from "../../../../api/access-schemas.ts";
import { type AuditFilter, type AuditVerification, api } from "../../data/admin-queries.ts";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { Loading, Nothing } from "../../parts/waiting.tsx";
import "../access/access.css";

export default function AuditPage() {
  const { t } = useSpeech();
  const [filter, setFilter] = useState<AuditFilter>({});
  const pages = useInfiniteQuery({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) => api.audit({ ...filter, before: pageParam }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: false,
  });
  const entries = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const field = (name: keyof AuditFilter) => (
    <Input.Search
      allowClear
      placeholder={t(`audit.${name}`)}
      aria-label={t(`audit.${name}`)}
      style={{ maxWidth: 220 }}
      onSearch={(text) => setFilter((before) => ({ ...before, [name]: text.trim() || undefined }))}
    />
  );
  return (
    <>
      <title>{`${t("audit.title")} · ${t("product.name")}`}</title>
      <h1>{t("audit.title")}</h1>
      <Verification />
      <div className="audit-filter">
        {field("who")}
        {field("action")}
        {field("subject")}
      </div>
      <section className="panel" aria-label={t("audit.title")}>
        {pages.isPending && <Loading />}
        {!pages.isPending && entries.length === 0 && <Nothing text={t("audit.empty")} />}
        <div className="audit-list">
          {entries.map((entry) => (
            <Entry key={entry.seq} entry={entry} />
          ))}
        </div>
        {pages.hasNextPage && (
          <div className="more">
            <Button onClick={() => void pages.fetchNextPage()}>{t("common.more")}</Button>
          </div>
        )}
      </section>
    </>
  );
}

function Entry({ entry: { seq, at, who, action, subject, detail } }: { entry: AuditEntryView }) {
  const { language } = useSpeech();
  const name = phraseFor(language, "audit.action", action.replace(".", "-")) ?? action;
  return (
    <div className="audit-entry" data-testid={`audit-${seq}`} data-action={action}>
      <span className="faint code">{seq}</span>
      <span>{formatDateTime(at)}</span>
      <span>{who}</span>
      <span>{name}</span>
      <span className="audit-detail">
        {subject} <small className="code">{JSON.stringify(detail)}</small>
      </span>
    </div>
  );
}

function Verification() {
  const { t } = useSpeech();
  const [act, outcome] = useAct();
  const [found, setFound] = useState<AuditVerification>();
  const verify = () => void act(async () => setFound(await api.verifyAudit()));
  return (
    <div className="acts">
      <Button onClick={verify} loading={outcome.busy} data-testid="verify-audit">
        {t("audit.verify")}
      </Button>
      <Outcome of={outcome} />
      {found?.holds === true && (
        <Alert
          type="success"
          showIcon
          title={t("audit.holds", { entries: found.entries, signed: found.signedUpTo ?? 0 })}
          data-testid="audit-holds"
        />
      )}
      {found?.problem != null && (
        <Alert type="error" showIcon title={t("audit.broken", { seq: found.problem.seq, code: found.problem.code })} />
      )}
    </div>
  );
}
