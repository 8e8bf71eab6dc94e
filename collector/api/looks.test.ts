/** While the audit log cannot be written nobody is shown anything, and nothing is changed. */
import { type FastifyInstance, fastify } from "fastify";
import { afterEach, beforeEach, expect, it } from "vitest";
import { guardRoutes } from "../access/guard.ts";
import { machine } from "../access/reader.ts";
import { Trail } from "../audit/trail.ts";
import { recordLooks } from "./looks.ts";

let isFull: boolean;
let written: string[];
let changes: number;
let trail: Trail;
let api: FastifyInstance;

beforeEach(() => {
  [isFull, written, changes] = [false, [], 0];
  trail = new Trail({
    append: (notes) => {
      if (isFull) throw new Error("database or disk is full");
      written.push(...notes.map(({ action, subject }) => `${action} ${subject}`));
    },
    keeper: { sign: async () => undefined },
    log: { error: () => undefined },
  });
  api = fastify();
  guardRoutes(api, async () => machine("tester", ["stations:view", "exports:take", "filings:file"]));
  recordLooks(api, { trail, sign: async () => undefined, now: () => 0 });
  api.get("/station", { config: { permission: "stations:view" } }, async () => ({ secret: 1 }));
  api.get("/export", { config: { permission: "exports:take" } }, async (_request, reply) => {
    // The disk fills up while the export is made.
    isFull = true;
    return reply.header("content-disposition", "attachment").send("secret");
  });
  api.post("/change", { config: { permission: "filings:file" } }, async () => {
    changes += 1;
    return { done: true };
  });
});
afterEach(async () => {
  isFull = false;
  await api.close();
  await trail.stop();
});

it("an export that cannot be put down does not leave", async () => {
  const answer = await api.inject("/export");
  expect([answer.statusCode, answer.headers["content-disposition"]]).toEqual([503, undefined]);
  expect(answer.json()).toMatchObject({ title: "Not on record", status: 503 });
});

it("looks and changes are refused from then on, before they are handled, and go on when there is room", async () => {
  expect((await api.inject("/station")).statusCode).toBe(200);
  isFull = true;
  expect(trail.flush()).toBe(false);
  expect((await api.inject("/station")).json()).toMatchObject({ status: 503 });
  expect((await api.inject({ method: "POST", url: "/change" })).statusCode).toBe(503);
  expect(changes).toBe(0);
  isFull = false;
  expect((await api.inject("/station?again=1")).statusCode).toBe(200);
  expect((await api.inject({ method: "POST", url: "/change" })).statusCode).toBe(200);
  expect([changes, written]).toEqual([1, ["look /station", "look /station", "request /change"]]);
});
