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

/** Takes a case a step on, with photos that belong to it: each is an event of its own before the step. */
export function useCaseStep(id: string) {
  return useChange(async ({ photos, ...order }: StepOrder & { photos: readonly File[] }) => {
    for (const photo of photos) await sendFile(fileAddress(id, photo.name), photo, photo.type);
    return send<CaseDetail>("POST", `${pathOf(id)}/steps`, { ...order, after: order.after + photos.length });
  });
}

/** Writes the special report. */
export function useCaseReport(id: string) {
  return useChange((text: { facts: string; cause: string; handling: string; advice: string }) =>
    send("POST", `${pathOf(id)}/report`, text),
  );
}

/** Where a paper of a case is read. */
export const casePaperAddress = (id: string, paper: "visit-form" | "evidence") => `/api/v1${pathOf(id)}/${paper}`;

const fileAddress = (id: string, name: string) => `${pathOf(id)}/files?${new URLSearchParams({ name })}`;

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
