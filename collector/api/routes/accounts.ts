/** Units and accounts: made and closed by the system administrator, granted and reset by the security administrator. */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { Access } from "../../access/access.ts";
import { LOGIN_PATTERN, UnitSchema } from "../../access/first-start.ts";
import { readerOf } from "../../access/guard.ts";
import type { AccessError } from "../../access/requests.ts";
import type { Account } from "../../access/store.ts";
import { type AccountView, AccountViewSchema, RoleViewSchema, UnitViewSchema } from "../access-schemas.ts";
import type { Api, ApiContext } from "../context.ts";
import { refuseAccess } from "../refuse-access.ts";
import { ProblemSchema } from "../schemas.ts";
import { timeOrNull } from "../views.ts";

const refused = { 401: ProblemSchema, 403: ProblemSchema, 404: ProblemSchema, 409: ProblemSchema, 422: ProblemSchema };
const done = { 204: Type.Null(), ...refused };
const params = Type.Object({ login: Type.String({ pattern: LOGIN_PATTERN }) });
const RequestId = Type.Object({ request: Type.String({ maxLength: 40 }) }, { additionalProperties: false });
const seeing = { permission: "accounts:view" } as const;
const managing = { permission: "accounts:manage" } as const;
const granting = { permission: "access:grant" } as const;

export function accountRoutes(api: Api, { access }: ApiContext): void {
  listRoutes(api, access);
  systemRoutes(api, access);
  securityRoutes(api, access);
}

function listRoutes(api: Api, access: Access): void {
  const units = { summary: "Units", response: { 200: Type.Object({ items: Type.Array(UnitViewSchema) }) } };
  api.get("/units", { schema: units, config: { permission: "own:account" } }, async (request) => {
    const reader = readerOf(request);
    const all = reader.grants.has("accounts:view") || reader.grants.has("access:decide");
    const rows = access.store.units().filter(({ id }) => all || id === reader.unit);
    return { items: rows.map(({ closedMs, ...unit }) => ({ ...unit, closedAt: timeOrNull(closedMs) })) };
  });

  const accounts = { summary: "Accounts", response: { 200: Type.Object({ items: Type.Array(AccountViewSchema) }) } };
  api.get("/accounts", { schema: accounts, config: seeing }, async () => ({
    items: access.store.accounts().map((account) => accountView(access, account)),
  }));

  const roles = {
    summary: "The table of roles",
    response: { 200: Type.Object({ items: Type.Array(RoleViewSchema) }) },
  };
  api.get("/roles", { schema: roles, config: { permission: "own:account" } }, async () => ({
    items: access.directory.roles.map(({ grants, alone = false, ...role }) => {
      return { ...role, alone, functions: Object.keys(grants) };
    }),
  }));
}

function systemRoutes(api: Api, { administration }: Access): void {
  const unit = {
    summary: "Make a unit",
    body: UnitSchema,
    response: { 201: Type.Object({ id: Type.String() }), ...refused },
  };
  api.post("/units", { schema: unit, config: managing }, async (request, reply) => {
    const made = administration.addUnit(readerOf(request), request.body);
    return made.ok ? reply.code(201).send({ id: request.body.id }) : refuseAccess(reply, made.error);
  });

  const unitId = Type.Object({ id: UnitSchema.properties.id });
  const rename = {
    summary: "Give a unit another name",
    params: unitId,
    body: Type.Object({ name: UnitSchema.properties.name }, { additionalProperties: false }),
    response: done,
  };
  api.patch("/units/:id", { schema: rename, config: managing }, async (request, reply) =>
    answer(reply, administration.renameUnit(readerOf(request), request.params.id, request.body.name)),
  );

  const Logins = Type.Array(Type.String());
  const closing = {
    summary: "Close a unit for good, with the accounts and tokens that are left in it",
    params: unitId,
    response: { 200: Type.Object({ accounts: Logins, tokens: Logins }), ...refused },
  };
  api.post("/units/:id/closure", { schema: closing, config: managing }, async (request, reply) => {
    const closed = administration.closeUnit(readerOf(request), request.params.id);
    return closed.ok ? closed.value : refuseAccess(reply, closed.error);
  });

  const make = {
    summary: "Make the account of an approved request; its first password is told once",
    body: RequestId,
    response: { 201: Type.Object({ login: Type.String(), password: Type.String() }), ...refused },
  };
  api.post("/accounts", { schema: make, config: managing }, async (request, reply) => {
    const made = await administration.makeAccount(readerOf(request), request.body.request);
    return made.ok ? reply.code(201).send(made.value) : refuseAccess(reply, made.error);
  });

  const close = { summary: "Close an account for good", params, response: done };
  api.post("/accounts/:login/closure", { schema: close, config: managing }, async (request, reply) =>
    answer(reply, administration.close(readerOf(request), request.params.login)),
  );

  const reset = { summary: "Have a second factor set up anew at the next sign-in", params, response: done };
  api.post("/accounts/:login/second-factor-reset", { schema: reset, config: managing }, async (request, reply) =>
    answer(reply, administration.resetFactor(readerOf(request), request.params.login)),
  );
}

function securityRoutes(api: Api, access: Access): void {
  const { administration } = access;
  const grant = { summary: "Grant what an approved request asks for", body: RequestId, response: done };
  api.post("/role-grants", { schema: grant, config: granting }, async (request, reply) =>
    answer(reply, administration.grant(readerOf(request), request.body.request)),
  );

  const role = Type.Object({ ...params.properties, role: Type.String({ maxLength: 40 }) });
  const revoke = { summary: "Take a role away", params: role, response: done };
  api.delete("/accounts/:login/roles/:role", { schema: revoke, config: granting }, async (request, reply) =>
    answer(reply, administration.revoke(readerOf(request), request.params.login, request.params.role)),
  );

  const password = {
    summary: "A password to hand over, told once; it must be changed at the next sign-in",
    params,
    response: { 200: Type.Object({ password: Type.String() }), ...refused },
  };
  api.post("/accounts/:login/password-reset", { schema: password, config: granting }, async (request, reply) => {
    const reset = await administration.resetPassword(readerOf(request), request.params.login);
    return reset.ok ? reset.value : refuseAccess(reply, reset.error);
  });

  const unlock = { summary: "Unlock a name before its time", params, response: { 204: Type.Null() } };
  api.post("/accounts/:login/unlocking", { schema: unlock, config: granting }, async (request, reply) => {
    administration.unlock(readerOf(request), request.params.login);
    return reply.code(204).send(null);
  });

  const Open = Type.Object({ since: Type.String(), seen: Type.String(), address: Type.String(), agent: Type.String() });
  const list = {
    summary: "Open sessions of an account",
    params,
    response: { 200: Type.Object({ items: Type.Array(Open) }) },
  };
  api.get("/accounts/:login/sessions", { schema: list, config: granting }, async (request) => ({
    items: access.sessions.of(request.params.login).map(({ madeMs, seenMs, address, agent }) => {
      return { since: formatTime(madeMs), seen: formatTime(seenMs), address, agent };
    }),
  }));

  const end = {
    summary: "End all sessions of an account",
    params,
    response: { 200: Type.Object({ ended: Type.Integer() }) },
  };
  api.delete("/accounts/:login/sessions", { schema: end, config: granting }, async (request) => ({
    ended: administration.endSessions(readerOf(request), request.params.login),
  }));
}

function answer(reply: FastifyReply, result: { ok: true } | { ok: false; error: AccessError }): FastifyReply {
  return result.ok ? reply.code(204).send(null) : refuseAccess(reply, result.error);
}

function accountView(access: Access, account: Account): AccountView {
  const { login, name, unit, roles, counties, totp, madeMs, lastMs, closedMs } = account;
  return {
    login,
    name,
    unit,
    roles: [...roles],
    counties: counties === null ? null : [...counties],
    hasSecondFactor: totp !== null,
    isLocked: (access.store.attempts(login)?.lockedUntilMs ?? 0) > access.now(),
    sessions: access.sessions.of(login).length,
    madeAt: formatTime(madeMs),
    lastAt: timeOrNull(lastMs),
    closedAt: timeOrNull(closedMs),
  };
}
