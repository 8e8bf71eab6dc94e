/**
 * All flags, narrowed by state and severity. The filter stands in the address, so that it can be kept and sent.
 */
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { Flag } from "../../../../api/schemas.ts";
import { flagsQuery, MAX_ROWS } from "../../data/queries.ts";
import { formatCount } from "../../format/number.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { FlagList } from "../../parts/flag-list.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import "./flags.css";

const STATES = ["open", "ended"] as const satisfies Flag["state"][];
const SEVERITIES = ["high", "medium", "notice"] as const satisfies Flag["severity"][];
const FIRST_ROWS = 100;

/** A choice from the address, where it is one of those offered. */
function choiceOf<Name extends string>(names: readonly Name[], text: string | null): Name | undefined {
  return names.find((name) => name === text);
}

export default function FlagsPage() {
  const { t } = useSpeech();
  const [search, setSearch] = useSearchParams();
  const [limit, setLimit] = useState(FIRST_ROWS);
  const state = choiceOf(STATES, search.get("state"));
  const severity = choiceOf(SEVERITIES, search.get("severity"));
  const flags = useQuery(flagsQuery({ state, severity, limit }));
  const narrow = (name: string, choice: string) =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      if (choice === "all") after.delete(name);
      else after.set(name, choice);
      return after;
    });
  const all = { value: "all", label: t("common.all") };
  return (
    <>
      <title>{`${t("flags.title")} · ${t("product.name")}`}</title>
      <h1>{t("flags.title")}</h1>
      <div className="filters">
        <Choice label={t("flagState.label")}>
          <Segmented
            aria-label={t("flagState.label")}
            value={state ?? "all"}
            onChange={(choice) => narrow("state", choice)}
            options={[all, ...STATES.map((value) => ({ value, label: t(`flagState.${value}`) }))]}
          />
        </Choice>
        <Choice label={t("severity.label")}>
          <Segmented
            aria-label={t("severity.label")}
            value={severity ?? "all"}
            onChange={(choice) => narrow("severity", choice)}
            options={[all, ...SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))]}
          />
        </Choice>
      </div>
      <Answer query={flags}>
        {({ items, next }) => (
          <Found
            flags={items}
            filtered={state !== undefined || severity !== undefined}
            more={limit < MAX_ROWS && next !== null ? () => setLimit(MAX_ROWS) : undefined}
          />
        )}
      </Answer>
    </>
  );
}

function Choice({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="choice">
      <span className="choice-label">{label}</span>
      {children}
    </div>
  );
}

function Found({ flags, filtered, more }: { flags: Flag[]; filtered: boolean; more: (() => void) | undefined }) {
  const { t } = useSpeech();
  return (
    <section className="panel flags-found" aria-label={t("flags.title")}>
      {flags.length === 0 ? (
        <Nothing text={t(filtered ? "flags.emptyFiltered" : "flags.empty")} />
      ) : (
        <>
          <p className="faint" role="status">
            {t("flags.count", { count: formatCount(flags.length) })}
          </p>
          <FlagList flags={flags} withStation />
        </>
      )}
      {more !== undefined && (
        <div className="more">
          <Button onClick={more}>{t("common.more")}</Button>
        </div>
      )}
    </section>
  );
}
