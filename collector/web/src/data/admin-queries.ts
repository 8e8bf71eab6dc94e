/**
 * What the screens of access and audit ask for.
 */
import { queryOptions, useQuery } from "@tanstack/react-query";
import type {
  AccountView,
  AuditEntryView,
  CalendarView,
  RequestView,
  RoleView,
  TokenView,
  UnitView,
} from "../../../api/access-schemas.ts";
import { useSpeech } from "../language/language-context.tsx";
import { get } from "./client.ts";

export type AuditFilter = { who?: string | undefined; action?: string | undefined; subject?: string | undefined };

export interface AuditVerification {
  holds: boolean;
  entries: number;
  signedUpTo: number | null;
  problem: { seq: number; code: string; message: string } | null;
}

export const api = {
  audit: (parameters: AuditFilter & { before?: number | undefined }) =>
    get<{ items: AuditEntryView[]; next: number | null }>("/audit", parameters),
  verifyAudit: () => get<AuditVerification>("/audit/verification"),
};

const listQuery = <Item>(key: string, path: string) =>
  queryOptions({ queryKey: [key], queryFn: () => get<{ items: Item[] }>(path) });

export const accessRequestsQuery = listQuery<RequestView>("access-requests", "/access-requests");
export const accountsQuery = listQuery<AccountView>("accounts", "/accounts");
export const tokensQuery = listQuery<TokenView>("tokens", "/tokens");
export const unitsQuery = { ...listQuery<UnitView>("units", "/units"), refetchInterval: false as const };
export const rolesQuery = { ...listQuery<RoleView>("roles", "/roles"), refetchInterval: false as const };
export const calendarQuery = queryOptions({ queryKey: ["calendar"], queryFn: () => get<CalendarView>("/calendar") });

/** Names of roles in the chosen language; the id of one that is not known. */
export function useRoleNames(): (id: string) => string {
  const { language } = useSpeech();
  const { data } = useQuery(rolesQuery);
  return (id) => {
    const role = data?.items.find((one) => one.id === id);
    if (role === undefined) return id;
    return language === "zh" ? role.nameZh : role.nameEn;
  };
}

/** Names of units; the id of one whose name is not told. */
export function useUnitNames(): (id: string) => string {
  const { data } = useQuery(unitsQuery);
  return (id) => data?.items.find((one) => one.id === id)?.name ?? id;
}
