/** Requests for access, the tokens of machines, and the calendar by which three working days are counted. */
import { formatTime } from "@forecourt/protocol/time.ts";
import { Type } from "typebox";
import type { Access } from "../../access/access.ts";
import { COUNTY_PATTERN, LOGIN_PATTERN } from "../../access/first-start.ts";
import { FUNCTION_NAMES, type FunctionName } from "../../access/functions.ts";
import { readerOf } from "../../access/guard.ts";
import type { AccessRequest } from "../../access/request-store.ts";
import { CalendarSchema, type RequestView, RequestViewSchema, TokenViewSchema } from "../access-schemas.ts";
import type { Api, ApiContext } from "../context.ts";
import { refuseAccess } from "../refuse-access.ts";
import { ProblemSchema } from "../schemas.ts";
import { timeOrNull } from "../views.ts";

const refused = { 401: ProblemSchema, 403: ProblemSchema, 404: ProblemSchema, 409: ProblemSchema, 422: ProblemSchema };
const params = Type.Object({ id: Type.String({ pattern: "^[A-Za-z0-9_-]{1,40}$" }) });
const Reason = Type.String({ minLength: 2, maxLength: 500 });
const Counties = Type.Optional(Type.Array(Type.String({ pattern: COUNTY_PATTERN }), { maxItems: 20 }));
const OrderSchema = Type.Object(
  {
    kind: Type.Unsafe<"person" | "machine">(Type.Enum(["person", "machine"])),
    unit: Type.String({ maxLength: 40 }),
    login: Type.String({ pattern: LOGIN_PATTERN, description: "a person's sign-in name, or a machine's name" }),
    name: Type.String({ minLength: 2, maxLength: 40, description: "real name, or what the machine is for" }),
    roles: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10, description: "of a person" })),
    functions: Type.Optional(
      Type.Array(Type.Unsafe<FunctionName>(Type.Enum(FUNCTION_NAMES)), { maxItems: 30, description: "of a machine" }),
    ),
    counties: Counties,
    reason: Reason,
  },
  { additionalProperties: false },
);

export function accessRequestRoutes(api: Api, { access }: ApiContext): void {
  requestRoutes(api, access);
  tokenRoutes(api, access);
  calendarRoutes(api, access);
}

function requestRoutes(api: Api, access: Access): void {
  const { requests } = access;
  const response = { 200: RequestViewSchema, ...refused };
  const list = {
    summary: "Requests for access that concern the reader, the newest first",
    response: { 200: Type.Object({ items: Type.Array(RequestViewSchema) }) },
  };
  api.get("/access-requests", { schema: list, config: { permission: "own:account" } }, async (request) => ({
    items: requests.seenBy(readerOf(request)).map((one) => requestView(access, one)),
  }));

  const file = { summary: "Request access", body: OrderSchema, response: { 201: RequestViewSchema, ...refused } };
  const asking = { permission: "access:request" } as const;
  api.post("/access-requests", { schema: file, config: asking }, async (request, reply) => {
    const { roles = [], functions = [], counties = null, ...order } = request.body;
    const filed = requests.file(readerOf(request), { ...order, roles, functions, counties });
    return filed.ok ? reply.code(201).send(requestView(access, filed.value)) : refuseAccess(reply, filed.error);
  });

  const withdraw = { summary: "Take a request back", params, response };
  api.post("/access-requests/:id/withdrawal", { schema: withdraw, config: asking }, async (request, reply) => {
    const taken = requests.withdraw(readerOf(request), request.params.id);
    return taken.ok ? requestView(access, taken.value) : refuseAccess(reply, taken.error);
  });

  const decide = {
    summary: "Approve or refuse a request",
    params,
    body: Type.Object({ approve: Type.Boolean(), reason: Reason }, { additionalProperties: false }),
    response,
  };
  const config = { permission: "access:decide" } as const;
  api.post("/access-requests/:id/decision", { schema: decide, config }, async (request, reply) => {
    const { approve, reason } = request.body;
    const decided = requests.decide(readerOf(request), request.params.id, approve, reason);
    return decided.ok ? requestView(access, decided.value) : refuseAccess(reply, decided.error);
  });
}

function tokenRoutes(api: Api, { store, administration }: Access): void {
  const config = { permission: "tokens:manage" } as const;
  const list = {
    summary: "Tokens of machines",
    response: { 200: Type.Object({ items: Type.Array(TokenViewSchema) }) },
  };
  api.get("/tokens", { schema: list, config }, async () => ({
    items: store.tokens().map(({ id, name, unit, functions, counties, madeMs, expiresMs, revokedMs, usedMs }) => {
      const times = { madeAt: formatTime(madeMs), expiresAt: formatTime(expiresMs) };
      const scope = { functions: [...functions], counties: counties === null ? null : [...counties] };
      return { id, name, unit, ...scope, ...times, revokedAt: timeOrNull(revokedMs), usedAt: timeOrNull(usedMs) };
    }),
  }));

  const issue = {
    summary: "Issue the token of an approved request; it is told once",
    body: Type.Object({ request: Type.String({ maxLength: 40 }) }, { additionalProperties: false }),
    response: {
      201: Type.Object({ id: Type.String(), token: Type.String(), expiresAt: Type.String() }),
      ...refused,
    },
  };
  api.post("/tokens", { schema: issue, config }, async (request, reply) => {
    const issued = administration.issueToken(readerOf(request), request.body.request);
    if (!issued.ok) return refuseAccess(reply, issued.error);
    const { expiresMs, ...told } = issued.value;
    return reply.code(201).send({ ...told, expiresAt: formatTime(expiresMs) });
  });

  const revoke = { summary: "Revoke a token", params, response: { 204: Type.Null(), ...refused } };
  api.delete("/tokens/:id", { schema: revoke, config }, async (request, reply) => {
    const revoked = administration.revokeToken(readerOf(request), request.params.id);
    return revoked.ok ? reply.code(204).send(null) : refuseAccess(reply, revoked.error);
  });
}

function calendarRoutes(api: Api, { requests, requestStore, noteOf }: Access): void {
  const view = () => {
    const { years, until, endsSoon, days } = requests.calendar();
    return { years: [...years], until, endsSoon, days };
  };
  const response = { 200: CalendarSchema };
  const read = { summary: "Working days: what differs from the day of the week, and how far it is known", response };
  api.get("/calendar", { schema: read, config: { permission: "own:account" } }, async () => view());

  const config = { permission: "system:manage" } as const;
  const day = Type.Object({ day: Type.String({ pattern: "^20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$" }) });
  const body = Type.Object(
    { working: Type.Boolean(), name: Type.String({ maxLength: 40 }) },
    { additionalProperties: false },
  );
  const set = { summary: "Make a day a working day or a holiday", params: day, body, response };
  api.put("/calendar/days/:day", { schema: set, config }, async (request) => {
    const { day } = request.params;
    const { working, name } = request.body;
    requestStore.setDay({ day, working, name }, noteOf(readerOf(request), "calendar.set", day, { working, name }));
    return view();
  });

  const clear = { summary: "Make a day again what its day of the week says", params: day, response };
  api.delete("/calendar/days/:day", { schema: clear, config }, async (request) => {
    const { day } = request.params;
    requestStore.clearDay(day, noteOf(readerOf(request), "calendar.cleared", day, {}));
    return view();
  });

  const year = Type.Object({ year: Type.Integer({ minimum: 2_020, maximum: 2_099 }) });
  const enter = { summary: "State that a year's holidays are entered", params: year, response };
  api.put("/calendar/years/:year", { schema: enter, config }, async (request) => {
    const { year } = request.params;
    requestStore.addYear(year, [], noteOf(readerOf(request), "calendar.entered", String(year), {}));
    return view();
  });
}

function requestView(access: Access, request: AccessRequest): RequestView {
  const { id, kind, unit, login, name, reason, state, filedBy, decidedBy, decision, counties, isCovered } = request;
  return {
    ...{ id, kind, unit, login, name, reason, state, filedBy, decidedBy, decision },
    roles: [...request.roles],
    functions: [...request.functions],
    counties: counties === null ? null : [...counties],
    filedAt: formatTime(request.filedMs),
    dueAt: formatTime(request.dueMs),
    isDueSure: isCovered,
    isOverdue: state === "filed" && request.dueMs < access.now(),
    isDueSoon: state === "filed" && request.remindedMs !== null && request.dueMs >= access.now(),
    filedByName: nameOf(access, filedBy),
    decidedByName: decidedBy === null ? null : nameOf(access, decidedBy),
    decidedAt: timeOrNull(request.decidedMs),
    hasAccount: access.store.account(login) !== undefined,
  };
}

/** A person's real name; what is no account of a person is named as it is. */
function nameOf({ store }: Access, login: string): string {
  return store.account(login)?.name ?? login;
}
