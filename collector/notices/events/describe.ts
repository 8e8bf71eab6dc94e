/** Finds what an event of the outbox is about, and makes its notice. */
import type { CaseStore } from "../../cases/store.ts";
import type { Registry } from "../../registry/registry.ts";
import { catalogue } from "../../rules/catalogue.ts";
import type { FlagRow } from "../../rules/flag.ts";
import type { Severity, Text } from "../../rules/rule.ts";
import { type Draft, NOTICE_SEVERITIES } from "../notice.ts";
import type { OutboxEvent } from "../store.ts";
import { ofCase } from "./of-case.ts";
import { ofFlag } from "./of-flag.ts";
import { ofInspection } from "./of-inspection.ts";
import { ofRequest } from "./of-request.ts";
import { ofDeadDelivery } from "./of-system.ts";

export interface DescribeParts {
  flag: (id: string) => Promise<FlagRow | undefined>;
  cases: Pick<CaseStore, "whole">;
  registry: Pick<Registry, "station">;
}

/** @returns undefined when there is nothing to tell, or its subject is gone */
export function describer(parts: DescribeParts): (event: OutboxEvent) => Promise<Draft | undefined> {
  const { flag, cases, registry } = parts;
  const nameOf = (id: string): Text => {
    const entry = registry.station(id);
    return { zh: entry?.nameZh ?? id, en: entry?.nameEn ?? id };
  };
  const aboutFlag = async (id: string, detail: string) => {
    const row = await flag(id);
    const severity: Severity | undefined = NOTICE_SEVERITIES.find((one) => one === detail);
    const rule = catalogue.find((one) => one.id === row?.rule);
    if (row === undefined || severity === undefined || rule === undefined) return undefined;
    const { title, department } = rule;
    return ofFlag(row, severity, { title, department, station: nameOf(row.station) });
  };
  const aboutCase = async (id: string, seq: number) => {
    const whole = await cases.whole(id);
    const event = whole?.events.find((one) => one.seq === seq);
    if (whole === undefined || event === undefined) return undefined;
    const { row } = whole;
    return ofCase(row, event, row.station === null ? undefined : nameOf(row.station));
  };
  return async ({ kind, subject, detail, atMs }) => {
    switch (kind) {
      case "flag":
        return aboutFlag(subject, detail);
      case "case":
        return aboutCase(subject, Number(detail));
      case "request":
        return ofRequest(subject, detail, atMs);
      case "inspection":
        return ofInspection(subject, detail, atMs);
      case "system":
        return ofDeadDelivery(subject, atMs);
    }
  };
}
