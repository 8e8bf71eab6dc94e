/**
 * Asks the collector's API. A refusal keeps what the API said about it (title, detail, cure) for the reader.
 */
import type { Flag, FlagDetail, Sale, StationDetail, StationSummary, TankLevel } from "../../../api/schemas.ts";

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

type Parameters = Record<string, string | number | undefined>;

export const api = {
  stations: () => get<{ items: StationSummary[] }>("/stations"),
  station: (id: string) => get<StationDetail>(`/stations/${encodeURIComponent(id)}`),
  sales: (parameters: { station?: string | undefined; limit: number }) =>
    get<{ items: Sale[]; next: string | null }>("/sales", parameters),
  tankLevels: (parameters: { station: string; tank: string; limit: number }) =>
    get<{ items: TankLevel[] }>("/tank-levels", parameters),
  flags: (parameters: {
    station?: string | undefined;
    state?: string | undefined;
    severity?: string | undefined;
    limit: number;
  }) => get<{ items: Flag[]; next: string | null }>("/flags", parameters),
  flag: (id: string) => get<FlagDetail>(`/flags/${encodeURIComponent(id)}`),
};

/**
 * One question.
 * @throws ApiError when the server cannot be reached, refuses, or answers with something that is not JSON
 */
async function get<Answer>(path: string, parameters: Parameters = {}): Promise<Answer> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  const search = query.size === 0 ? "" : `?${query}`;
  const response = await fetch(`/api/v1${path}${search}`, { headers: { accept: "application/json" } }).catch(
    (cause: unknown) => {
      throw new ApiError(String(cause));
    },
  );
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok || body === undefined) throw new ApiError(`${path}: ${response.status}`, problemOf(response, body));
  return body as Answer;
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
