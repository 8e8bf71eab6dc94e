/** Signing in and out, and one's own account: password, second factor, sessions. */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { cookieName } from "../../access/authenticate.ts";
import { LOGIN_PATTERN } from "../../access/first-start.ts";
import { readerOf } from "../../access/guard.ts";
import { PASSWORD_MOST } from "../../access/policy.ts";
import { csrfToken } from "../../access/sessions.ts";
import type { SignInError } from "../../access/sign-in.ts";
import { limits } from "../../limits.ts";
import type { Api, ApiContext } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { OwnSessionSchema, ProblemSchema, SessionSchema } from "../schemas.ts";

const Password = Type.String({ minLength: 1, maxLength: 2 * PASSWORD_MOST });
const Code = Type.String({ pattern: "^[0-9]{6}$", description: "of the second factor" });
const refused = { 401: ProblemSchema, 403: ProblemSchema, 422: ProblemSchema, 429: ProblemSchema, 503: ProblemSchema };
const own = { permission: "own:account" } as const;
const nothing = Type.Null();

const LoginSchema = Type.String({
  pattern: LOGIN_PATTERN,
  description: "sign-in name: small letters, digits, dot, dash",
});

export function sessionRoutes(api: Api, context: ApiContext): void {
  signInRoutes(api, context);
  accountRoutes(api, context);
  sessionListRoutes(api, context);
}

function signInRoutes(api: Api, { access }: ApiContext): void {
  const signIn = {
    summary: "Sign in; the session comes as a cookie",
    body: Type.Object(
      { login: LoginSchema, password: Password, code: Type.Optional(Code) },
      { additionalProperties: false, examples: [{ login: "zhang.san", password: "…", code: "123456" }] },
    ),
    response: { 200: SessionSchema, ...refused },
  };
  const config = { public: true, rateLimit: { max: limits.access.signInsPerMinute, timeWindow: "1 minute" } } as const;
  api.post("/session", { schema: signIn, config }, async (request, reply) => {
    if (isForeign(request)) return problem(reply, FOREIGN);
    const origin = { address: request.ip, agent: request.headers["user-agent"] ?? "" };
    const opened = await access.signIn.signIn(request.body, origin);
    if (!opened.ok) return refuse(reply, opened.error);
    // A session that the browser held before ends: nobody can have planted the new one.
    const before = request.cookies[cookieName(request)];
    const old = before === undefined ? undefined : access.sessions.find(before, false);
    if (old !== undefined) access.sessions.end(old.account, ({ id }) => id === old.id, undefined);
    const { secret, session } = opened.value;
    setCookie(request, reply, secret);
    await access.sign();
    return viewOf(context(access, session.account, session.id), secret);
  });

  const leave = { summary: "Sign out", response: { 204: nothing, 401: ProblemSchema } };
  api.delete("/session", { schema: leave, config: own }, async (request, reply) => {
    const { account, session } = readerOf(request);
    access.sessions.end(account, ({ id }) => id === session, access.noteOf(readerOf(request), "sign-out", account, {}));
    reply.clearCookie(cookieName(request), { path: "/" });
    return reply.code(204).send(null);
  });

  const read = { summary: "Who is signed in, and what they may", response: { 200: SessionSchema, 401: ProblemSchema } };
  api.get("/session", { schema: read, config: own }, async (request) => {
    const secret = request.cookies[cookieName(request)];
    const { account, session } = readerOf(request);
    return viewOf(context(access, account, session), secret ?? "");
  });
}

function accountRoutes(api: Api, { access }: ApiContext): void {
  const slow = { ...own, rateLimit: { max: limits.access.signInsPerMinute, timeWindow: "1 minute" } } as const;
  const choose = {
    summary: "Choose another password; the other sessions end",
    body: Type.Object({ current: Password, next: Password }, { additionalProperties: false }),
    response: { 204: nothing, ...refused },
  };
  api.post("/own/password", { schema: choose, config: slow }, async (request, reply) => {
    const { account, session } = readerOf(request);
    const { current, next } = request.body;
    const chosen = await access.signIn.choosePassword(account, current, next, session ?? "");
    return chosen.ok ? reply.code(204).send(null) : refuse(reply, chosen.error);
  });

  const begin = {
    summary: "Begin to set up a second factor; who has one proves it with its code",
    body: Type.Object({ code: Type.Optional(Code) }, { additionalProperties: false }),
    response: { 200: Type.Object({ secret: Type.String(), uri: Type.String() }), ...refused },
  };
  api.post("/own/second-factor", { schema: begin, config: slow }, async (request, reply) => {
    const begun = access.signIn.beginFactor(readerOf(request).account, request.body.code);
    return begun.ok ? begun.value : refuse(reply, begun.error);
  });

  const confirm = {
    summary: "Confirm the new second factor with its first code; from then on it is asked for",
    body: Type.Object({ code: Code }, { additionalProperties: false }),
    response: { 204: nothing, ...refused },
  };
  api.put("/own/second-factor", { schema: confirm, config: slow }, async (request, reply) => {
    const { account, session } = readerOf(request);
    const confirmed = access.signIn.confirmFactor(account, request.body.code, session ?? "");
    return confirmed.ok ? reply.code(204).send(null) : refuse(reply, confirmed.error);
  });
}

function sessionListRoutes(api: Api, { access }: ApiContext): void {
  const list = {
    summary: "One's own open sessions",
    response: { 200: Type.Object({ items: Type.Array(OwnSessionSchema) }) },
  };
  api.get("/own/sessions", { schema: list, config: own }, async (request) => {
    const { account, session } = readerOf(request);
    return {
      items: access.sessions.of(account).map(({ id, madeMs, seenMs, address, agent }) => {
        return { id, since: formatTime(madeMs), seen: formatTime(seenMs), address, agent, isThis: id === session };
      }),
    };
  });

  const end = {
    summary: "End one of one's own sessions",
    params: Type.Object({ id: Type.String({ pattern: "^[A-Za-z0-9_-]{20,60}$" }) }),
    response: { 204: nothing, 404: ProblemSchema },
  };
  api.delete("/own/sessions/:id", { schema: end, config: own }, async (request, reply) => {
    const reader = readerOf(request);
    const { id } = request.params;
    const ended = access.sessions.of(reader.account).some((one) => one.id === id);
    if (!ended) return notFound(reply, "there is no such session of yours");
    const note = access.noteOf(reader, "own.session-ended", reader.account, { session: id.slice(0, 8) });
    access.sessions.end(reader.account, (one) => one.id === id, note);
    return reply.code(204).send(null);
  });
}

function context(access: ApiContext["access"], login: string, session: string | null) {
  return { access, login, session };
}

function viewOf({ access, login, session }: ReturnType<typeof context>, secret: string): Static<typeof SessionSchema> {
  const reader = access.directory.reader(login, session);
  const account = access.store.account(login);
  // A machine has a reader and no account.
  const setup = account === undefined ? { password: false, secondFactor: false } : access.directory.setup(account);
  const unit = reader?.unit === null || reader === undefined ? undefined : access.directory.unit(reader.unit);
  const counties = reader?.counties ?? new Set<string>();
  return {
    account: login,
    name: reader?.name ?? login,
    unit: unit?.name ?? null,
    department: reader?.department ?? null,
    roles: (account?.roles ?? []).map((id) => {
      const role = access.directory.roles.find((one) => one.id === id);
      return { id, zh: role?.nameZh ?? id, en: role?.nameEn ?? id };
    }),
    functions: [...(reader?.grants.keys() ?? [])],
    counties: counties === "all" ? null : [...counties],
    setup,
    hasSecondFactor: (account?.totp ?? null) !== null,
    ...(reader === undefined ? { waiting: 0, overdue: 0 } : access.requests.waitingFor(reader)),
    calendarEndsSoon: reader?.grants.has("system:manage") === true && access.requests.calendar().endsSoon,
    csrf: csrfToken(secret),
    idleMinutes: access.policy.idleMinutes,
    passwordCharacters: access.policy.passwordCharacters,
  };
}

function setCookie(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  const secure = request.protocol === "https";
  reply.setCookie(cookieName(request), secret, { path: "/", httpOnly: true, sameSite: "strict", secure });
}

/** A form on another site could sign a victim in as somebody else. */
function isForeign({ headers }: FastifyRequest): boolean {
  const site = headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

const FOREIGN = {
  status: 403,
  title: "Not from here",
  detail: "the request comes from another site",
  cure: "Open the platform's own page.",
} as const;

function refuse(reply: FastifyReply, { code, message, cure }: SignInError): FastifyReply {
  const status = { refused: 401, busy: 503, password: 422, code: 422 } as const;
  return problem(reply, { status: status[code], title: `Refused: ${code}`, detail: message, cure });
}
