/** Denied by default: a route says who may use it, or the program does not start. */
import cookie from "@fastify/cookie";
import { fastify } from "fastify";
import { describe, expect, it } from "vitest";
import { authenticator } from "./authenticate.ts";
import { guardRoutes, readerOf } from "./guard.ts";
import { type MachineAccount, MachineAccounts } from "./machines.ts";

const looker: MachineAccount = { name: "looker", token: "a-token-that-may-look", functions: ["stations:view"] };
const handler: MachineAccount = { name: "handler", token: "a-token-that-may-act", functions: ["flags:handle"] };

const nobody = { find: () => undefined };
const directory = { reader: () => undefined };

async function guarded(accounts: readonly MachineAccount[] = [looker, handler]) {
  const api = fastify();
  await api.register(cookie);
  const machines = new MachineAccounts(accounts);
  const authenticate = authenticator({
    machine: (token) => machines.of(token),
    sessions: nobody,
    directory,
    wall: () => undefined,
  });
  return { api, declared: guardRoutes(api, authenticate) };
}

describe("a route", () => {
  it("that declares nothing is refused when it is added, so that the collector does not start", async () => {
    const { api } = await guarded();
    expect(() => api.get("/secrets", async () => "all of them")).toThrow(/GET \/secrets must declare/);
  });

  it("that declares nothing within a plugin stops the start", async () => {
    const { api } = await guarded();
    api.register(async (inner) => {
      inner.post("/deep", async () => "deep");
    });
    await expect(api.ready()).rejects.toThrow(/POST \/deep must declare/);
  });

  it("cannot be both public and permitted", async () => {
    const { api } = await guarded();
    const config = { public: true, permission: "stations:view" } as const;
    expect(() => api.get("/both", { config }, async () => "")).toThrow(/one of them/);
  });

  it("that is public asks nobody who they are, and has no reader", async () => {
    const { api } = await guarded();
    api.get("/open", { config: { public: true } }, async (request) => readerOf(request).name);
    expect((await api.inject("/open")).statusCode).toBe(500);
    api.close();
  });
});

describe("who asks", () => {
  async function asking() {
    const { api, declared } = await guarded();
    api.get("/look", { config: { permission: "stations:view" } }, async (request) => readerOf(request).name);
    return {
      api,
      declared,
      ask: (authorization?: string) =>
        api.inject({ url: "/look", headers: authorization === undefined ? {} : { authorization } }),
    };
  }

  it("without credentials, or with wrong ones, is not signed in", async () => {
    const { ask } = await asking();
    for (const sent of [undefined, "Bearer wrong", "Basic YTpi", "Bearer ", looker.token]) {
      const answer = await ask(sent);
      expect([sent, answer.statusCode, answer.json()]).toMatchObject([sent, 401, { title: "Not signed in" }]);
    }
  });

  it("with a token that holds the function goes through, and any other is told what it lacks", async () => {
    const { ask } = await asking();
    expect((await ask(`Bearer ${looker.token}`)).body).toBe("looker");
    const refused = await ask(`Bearer ${handler.token}`);
    expect([refused.statusCode, refused.json()]).toMatchObject([
      403,
      { detail: expect.stringContaining("stations:view") },
    ]);
  });

  it("is not told by the body's check what would be right", async () => {
    const { api } = await guarded();
    const schema = { body: { type: "object", required: ["secret-field"] } };
    api.post("/act", { schema, config: { permission: "flags:handle" } }, async () => "");
    const answer = await api.inject({ method: "POST", url: "/act", payload: {} });
    expect(answer.body).not.toContain("secret-field");
    expect(answer.statusCode).toBe(401);
  });

  it("finds every declared route in the list that the matrix is made from", async () => {
    const { declared } = await asking();
    expect(declared).toEqual([
      { method: "GET", url: "/look", permission: "stations:view" },
      { method: "HEAD", url: "/look", permission: "stations:view" },
    ]);
  });
});

it("a token that stands at two accounts holds the functions of both, in the counties of both", () => {
  const token = "one-token-for-two-accounts";
  const machines = new MachineAccounts([
    { name: "a", token, functions: ["stations:view"], counties: ["532801", "532822"] },
    { name: "b", token, functions: ["flags:handle"], counties: ["532822", "532823"] },
  ]);
  const reader = machines.of(token)!;
  expect([...reader.grants.keys()]).toEqual(["stations:view", "flags:handle"]);
  expect(reader.counties).toEqual(new Set(["532822"]));
  expect(machines.of("another")).toBeUndefined();
});
