/** A live stream lasts no longer than the right to it. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../access/policy.ts";
import { everybody, loginOf } from "../testing/people.ts";
import { runCollector, type TestCollector } from "../testing/running.ts";
import { type SignedIn, signInTo } from "../testing/signed-in.ts";
import { testRegistry } from "../testing/stations.ts";

let collector: TestCollector;
const person = (role: string) => signInTo(collector.http, loginOf(role));

beforeAll(async () => {
  const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
  collector = await runCollector(testRegistry(), { people: everybody(), access });
}, 60_000);
afterAll(() => collector.remove());

/** Opens a stream. @returns resolves once it has ended */
async function listening(headers: Record<string, string>): Promise<{ ended: Promise<void> }> {
  const answer = await fetch(`${collector.http}/api/v1/live`, { headers: { ...headers, accept: "text/event-stream" } });
  expect(answer.status).toBe(200);
  const reader = answer.body!.getReader();
  await reader.read();
  const rest = async () => {
    while (!(await reader.read()).done);
  };
  return { ended: rest() };
}

async function tokenOf(contact: SignedIn, lead: SignedIn, security: SignedIn): Promise<{ id: string; token: string }> {
  const unit = everybody().people.find(({ roles }) => roles.includes("unit-contact"))!.unit;
  const filed = await contact.ask("POST", "/api/v1/access-requests", {
    ...{
      kind: "machine",
      unit,
      login: "wall.display",
      name: "大屏",
      functions: ["stations:view"],
      reason: "值班室大屏",
    },
  });
  const { id: request } = (await filed.json()) as { id: string };
  await lead.ask("POST", `/api/v1/access-requests/${request}/decision`, { approve: true, reason: "同意" });
  return (await (await security.ask("POST", "/api/v1/tokens", { request })).json()) as { id: string; token: string };
}

it("a machine's ends with its token", async () => {
  const security = await person("security-administrator");
  const { id, token } = await tokenOf(await person("unit-contact"), await person("platform-lead"), security);
  const { ended } = await listening({ authorization: `Bearer ${token}` });
  expect((await security.ask("DELETE", `/api/v1/tokens/${id}`)).status).toBe(204);
  await ended;
});

it.each([
  ["sign-out", async (own: SignedIn) => own.ask("DELETE", "/api/v1/session")],
  [
    "account",
    async () =>
      (await person("system-administrator")).ask("POST", `/api/v1/accounts/${loginOf("tax-officer")}/closure`),
  ],
])("a person's ends with their %s", async (_what, end) => {
  const own = await person("tax-officer");
  const { ended } = await listening({ cookie: own.cookie });
  expect((await end(own)).status).toBe(204);
  await ended;
});
