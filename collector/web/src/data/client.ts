/**
 * Asks the collector's API. A refusal keeps what the API said about it (title, detail, cure) for the reader.
 */
import type { DepartmentFlags } from "../../../api/map-schemas.ts";
import type {
  Flag,
  FlagDetail,
  OwnSession,
  Sale,
  Session,
  StationDetail,
  StationSummary,
  TankLevel,
} from "../../../api/schemas.ts";
import type { Outlier, SaleStatistics } from "../../../api/statistics-schemas.ts";

/** The members of an `application/problem+json` answer that are shown. */
export interface Problem {
  status: number;
  title: string;
  detail: string;
  cure?: string | undefined;
}

/** Why a question got no answer. `problem` is undefined when the server could not be reached at all. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly problem: Problem | undefined;
  constructor(message: string, problem?: Problem) {
    super(message);
    this.problem = problem;
  }
}

export type Parameters = { [name: string]: string | number | undefined };

/** Where a flag stands in people's hands. */
export interface FlagLife {
  life: string;
  possible: string[];
}

/** What the page remembers of the session: what it sends along, and whom it tells when the session is over. */
const session = { csrf: "", actedMs: Date.now(), onOver: (): void => undefined };
/** A question that comes later than this after a touch is the page's own, and keeps no session open. */
const OWN_QUESTION_MS = 30_000;

/** Takes over what has to be sent along with changes. */
export function rememberCsrf(csrf: string): void {
  session.csrf = csrf;
}

/** A person did something. */
export function acted(): void {
  session.actedMs = Date.now();
}

/** @param told when the API says that nobody is signed in any more */
export function whenOver(told: () => void): void {
  session.onOver = told;
}

export const api = {
  session: () => get<Session>("/session"),
  ownSessions: () => get<{ items: OwnSession[] }>("/own/sessions"),
  stations: () => get<{ items: StationSummary[] }>("/stations"),
  station: (id: string) => get<StationDetail>(`/stations/${encodeURIComponent(id)}`),
  sales: (parameters: { station?: string | undefined; limit: number }) =>
    get<{ items: Sale[]; next: string | null }>("/sales", parameters),
  tankLevels: (parameters: { station: string; tank: string; limit: number }) =>
    get<{ items: TankLevel[] }>("/tank-levels", parameters),
  flags: (parameters: {
    station?: string | undefined;
    county?: string | undefined;
    department?: string | undefined;
    rule?: string | undefined;
    state?: string | undefined;
    severity?: string | undefined;
    before?: string | undefined;
    limit: number;
  }) => get<{ items: Flag[]; next: string | null }>("/flags", parameters),
  openFlags: () => get<{ items: DepartmentFlags[] }>("/open-flags"),
  saleStatistics: (parameters: Parameters) => get<SaleStatistics>("/statistics/sales", parameters),
  outliers: (parameters: Parameters) => get<{ items: Outlier[] }>("/statistics/outliers", parameters),
  flagLife: (id: string) => get<FlagLife>(`/flags/${encodeURIComponent(id)}/life`),
  flag: (id: string) => get<FlagDetail>(`/flags/${encodeURIComponent(id)}`),
};

/**
 * One question.
 * @throws ApiError when the server cannot be reached, refuses, or answers with something that is not JSON
 */
export async function get<Answer>(path: string, parameters: Parameters = {}): Promise<Answer> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  const search = query.size === 0 ? "" : `?${query}`;
  const isOwn = Date.now() - session.actedMs > OWN_QUESTION_MS;
  const headers = { accept: "application/json", ...(isOwn ? { "x-forecourt-background": "1" } : {}) };
  const answer = await ask<Answer>(`${path}${search}`, { headers });
  if (answer === undefined) throw new ApiError(`${path}: no answer`);
  return answer;
}

/**
 * Changes something.
 * @returns what the API answered; undefined when it had nothing to say
 * @throws ApiError when the server cannot be reached, or refuses
 */
export function send<Answer>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: object,
): Promise<Answer | undefined> {
  const headers = { accept: "application/json", "x-forecourt-csrf": session.csrf };
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const typed = body === undefined ? headers : { ...headers, "content-type": "application/json" };
  return ask<Answer>(path, { method, headers: typed, ...json });
}

/**
 * Fetches a file and hands it to the browser to keep, under the name that the API gave it.
 * @throws ApiError when the server cannot be reached, or refuses
 */
export async function fetchFile(path: string, parameters: Record<string, string | number | boolean | undefined>) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  const response = await fetch(`/api/v1${path}?${query}`).catch((cause: unknown) => {
    throw new ApiError(String(cause));
  });
  if (!response.ok) {
    if (response.status === 401) session.onOver();
    throw new ApiError(
      `${path}: ${response.status}`,
      problemOf(response, await response.json().catch(() => undefined)),
    );
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  saveFile(await response.blob(), name ?? path.slice(path.lastIndexOf("/") + 1));
}

/** Hands a file to the browser to keep. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Sends a file as it is. @throws ApiError when the server cannot be reached, or refuses */
export async function sendFile<Answer>(path: string, file: Blob, type = "application/octet-stream"): Promise<Answer> {
  const headers = { accept: "application/json", "x-forecourt-csrf": session.csrf, "content-type": type };
  const answer = await ask<Answer>(path, { method: "POST", headers, body: file });
  if (answer === undefined) throw new ApiError(`${path}: no answer`);
  return answer;
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer | undefined> {
  const response = await fetch(`/api/v1${path}`, init).catch((cause: unknown) => {
    throw new ApiError(String(cause));
  });
  const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (response.ok) return body as Answer | undefined;
  if (response.status === 401 && path !== "/session") session.onOver();
  throw new ApiError(`${path}: ${response.status}`, problemOf(response, body));
}

function problemOf(response: Response, body: unknown): Problem {
  const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    status: response.status,
    title: text(said.title) ?? response.statusText,
    detail: text(said.detail) ?? "",
    cure: text(said.cure),
  };
}
