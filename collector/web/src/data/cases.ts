/** What the screens of cases ask for and send. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Case, CaseDetail } from "../../../api/case-schemas.ts";
import { get, send, sendFile } from "./client.ts";

type CaseFilter = { open?: boolean | undefined; overdue?: boolean | undefined };

export const casesQuery = ({ open, overdue }: CaseFilter) =>
  queryOptions({
    queryKey: ["cases", { open, overdue }] as const,
    queryFn: () => get<{ items: Case[]; next: string | null }>("/cases", { open: text(open), overdue: text(overdue) }),
    placeholderData: keepPreviousData,
  });

export const caseQuery = (id: string) =>
  queryOptions({ queryKey: ["case", id] as const, queryFn: () => get<CaseDetail>(pathOf(id)) });

const text = (value: boolean | undefined) => (value === undefined ? undefined : String(value));
const pathOf = (id: string) => `/cases/${encodeURIComponent(id)}`;

export interface NewCase {
  flag?: string | undefined;
  station?: string | undefined;
  nature?: string | undefined;
  title: string;
  text: string;
}

export interface StepOrder {
  step: string;
  after: number;
  text?: string | undefined;
  department?: string | undefined;
  outcome?: string | undefined;
}

/** Opens a case. */
export function useOpenCase() {
  return useChange((order: NewCase) => send<{ id: string; number: string }>("POST", "/cases", order));
}

/** Takes a case a step on. */
export function useCaseStep(id: string) {
  return useChange((order: StepOrder) => send<CaseDetail>("POST", `${pathOf(id)}/steps`, order));
}

/** Marks a task as done. */
export function useCaseTask(id: string) {
  return useChange(({ task, ...body }: { task: string; after: number; note?: string | undefined }) =>
    send<CaseDetail>("POST", `${pathOf(id)}/tasks/${encodeURIComponent(task)}`, body),
  );
}

/** Adds a file. */
export function useCaseFile(id: string) {
  return useChange(({ file, report }: { file: File; report: boolean }) => {
    const query = new URLSearchParams({ name: file.name, ...(report ? { report: "true" } : {}) });
    return sendFile(`${pathOf(id)}/files?${query}`, file, file.type);
  });
}

/** Where a file of a case is read. */
export const caseFileAddress = (id: string, file: string) => `/api/v1${pathOf(id)}/files/${encodeURIComponent(file)}`;

/** Whatever was changed, or refused because somebody else was quicker: all that is shown of cases is read anew. */
function useChange<Order, Answer>(change: (order: Order) => Promise<Answer>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all(["cases", "case", "flag"].map((name) => cache.invalidateQueries({ queryKey: [name] }))),
  });
}
