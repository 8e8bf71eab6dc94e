/** Notices over the API, from a cut seal to a mailbox, by real mail and robot receivers; and who may do what. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../access/policy.ts";
import type { NoticeSettings } from "../config/notices.ts";
import { DEFAULT_PREFERENCES } from "../notices/preferences.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { COUNTY, everybody, loginOf } from "../testing/people.ts";
import { type HttpReceiver, httpReceiver, MAIL_USER, type MailReceiver, mailReceiver } from "../testing/receivers.ts";
import { seal } from "../testing/records.ts";
import { ConnectedGateway, runCollector, type TestCollector, until } from "../testing/running.ts";
import { type SignedIn, signInTo } from "../testing/signed-in.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import type { ChannelView, DeliveryView, NoticeView, OwnSettings } from "./notice-schemas.ts";

const box = new FakeGateway(`gw-${COUNTY}-0001`, `${COUNTY}-0001`);
const ADDRESS = "https://collector.example";
const MAILBOX = "market@example.cn";
let collector: TestCollector;
let mail: MailReceiver;
let http: HttpReceiver;
let market: SignedIn;
let system: SignedIn;
let transport: SignedIn;

beforeAll(async () => {
  mail = await mailReceiver();
  http = await httpReceiver();
  const notices: NoticeSettings = {
    address: ADDRESS,
    email: {
      ...{ host: "127.0.0.1", port: mail.port, security: "tls", ...MAIL_USER, from: "forecourt@example.cn" },
      ...{ ca: mail.authority.cert, address: ADDRESS },
    },
    robots: [
      { id: "duty", name: "值班群", kind: "dingtalk", url: http.url, token: "t", secret: "SEC1", address: ADDRESS },
    ],
    webhooks: [],
  };
  const station = testStation([{ id: box.id, publicKey: box.signer.publicKey }], box.station);
  const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
  collector = await runCollector(testRegistry(station), { people: everybody(), access, notices });
  market = await signInTo(collector.http, loginOf("market-officer"));
  system = await signInTo(collector.http, loginOf("system-administrator"));
  transport = await signInTo(collector.http, loginOf("transport-officer"));
}, 60_000);
afterAll(async () => {
  await collector.remove();
  await Promise.all([mail.stop(), http.stop()]);
});

async function told<Answer>(of: SignedIn, path: string): Promise<Answer> {
  const answer = await of.ask("GET", path);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Answer;
}
const unreadOf = async (of: SignedIn) => told<{ items: NoticeView[]; unread: number }>(of, "/api/v1/own/notices");

async function cutSeal(): Promise<void> {
  const connected = await ConnectedGateway.connect(collector, box);
  box.add(seal(), Date.now() - 2_000);
  box.add(seal({ state: "cut", tamperCount: 1 }), Date.now() - 1_000);
  await connected.ask("batch", await box.batch());
  await connected.close();
}

describe("a person", () => {
  it("is sent e-mail only once the code that came there has been told back", async () => {
    const asked = await market.ask("PUT", "/api/v1/own/notice-addresses/email", { address: MAILBOX });
    expect(asked.status).toBe(202);
    const settings = await told<OwnSettings>(market, "/api/v1/own/notice-settings");
    expect(settings.channels).toMatchObject([{ id: "email", address: MAILBOX, confirmed: false }]);
    const code = /(\d{6})/.exec(mail.mails[0]!.text)![1]!;
    const tell = (one: string) => market.ask("POST", "/api/v1/own/notice-addresses/email/code", { code: one });
    expect((await tell(code === "000000" ? "000001" : "000000")).status).toBe(422);
    expect((await tell(code)).status).toBe(204);
    expect((await tell(code)).status).toBe(422);
  });

  it("cannot be pestered with codes, nor choose a channel that nobody set up", async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const answer = await transport.ask("PUT", "/api/v1/own/notice-addresses/email", { address: "x@example.cn" });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
    const choices = { flags: { least: "high", channels: ["elsewhere"] } };
    const answer = await transport.ask("PUT", "/api/v1/own/notice-settings", { ...DEFAULT_PREFERENCES, choices });
    expect(answer.status).toBe(422);
    const url = { least: "high", channels: ["http://10.0.0.1/"] };
    const odd = { ...DEFAULT_PREFERENCES, choices: { flags: url } };
    expect((await transport.ask("PUT", "/api/v1/own/notice-settings", odd)).status).toBe(400);
    expect((await transport.ask("PUT", "/api/v1/own/notice-addresses/sms", { address: "13900000000" })).status).toBe(
      404,
    );
  });
});

describe("a group", () => {
  const preferences = {
    ...DEFAULT_PREFERENCES,
    choices: { flags: { least: "medium", channels: ["duty"] }, "flags.others": { least: "never", channels: [] } },
    quiet: null,
  };
  it("is set up by the system administrator alone, for a unit", async () => {
    expect((await market.ask("GET", "/api/v1/notice-channels")).status).toBe(403);
    const set = (unit: string | null) =>
      system.ask("PUT", "/api/v1/notice-channels/duty", { enabled: true, unit, preferences });
    expect([(await set(null)).status, (await set("nobody")).status]).toEqual([422, 422]);
    expect((await set("market-regulation-county")).status).toBe(200);
    const { items } = await told<{ items: ChannelView[] }>(system, "/api/v1/notice-channels");
    expect(items).toMatchObject([
      { id: "email", enabled: true, confirmed: 1 },
      { id: "duty", enabled: true, unit: "market-regulation-county" },
    ]);
    // What an address or secret is, nobody is shown.
    expect(JSON.stringify(items)).not.toMatch(/SEC1|127\.0\.0\.1|mail-password/);
    expect(await (await system.ask("POST", "/api/v1/notice-channels/duty/trial")).json()).toMatchObject({
      result: "taken",
    });
  });
});

describe("a cut seal", () => {
  it("is on the screen of whose matter it is, live, in their mailbox and in their group", async () => {
    const choices = { flags: { least: "medium", channels: ["screen", "email"] } };
    const wanted = { ...DEFAULT_PREFERENCES, choices, quiet: null };
    expect((await market.ask("PUT", "/api/v1/own/notice-settings", wanted)).status).toBe(200);
    const live = await fetch(`${collector.http}/api/v1/live`, { headers: { cookie: market.cookie } });
    const heard = { text: "" };
    const listening = (async () => {
      for await (const chunk of live.body!) heard.text += Buffer.from(chunk).toString("utf8");
    })().catch(() => undefined);
    mail.mails.length = 0;
    http.posts.length = 0;
    await cutSeal();
    await until(() => mail.mails.length > 0 && http.posts.length > 0 && heard.text.includes("event: notice"), 15_000);
    await live.body!.cancel().catch(() => undefined);
    void listening;
    expect(mail.mails[0]).toMatchObject({ to: [MAILBOX], subject: expect.stringContaining("铅封") });
    expect(mail.mails[0]!.text).toMatch(/https:\/\/collector\.example\/flags\/\S+/);
    const { query } = http.posts[0]!;
    const sign = createHmac("sha256", "SEC1")
      .update(`${query.get("timestamp")}\nSEC1`)
      .digest("base64");
    expect(query.get("sign")).toBe(sign);
    const { items, unread } = await unreadOf(market);
    expect(unread).toBeGreaterThan(0);
    expect(items[0]).toMatchObject({ topic: "flags", readAt: null, station: box.station });
  });

  it("is not told to who may not see it, and each sees only their own list", async () => {
    expect((await unreadOf(transport)).items).toEqual([]);
    const { items } = await unreadOf(market);
    await transport.ask("POST", "/api/v1/own/notices/read", { ids: items.map(({ id }) => id) });
    expect((await unreadOf(market)).unread).toBe(items.length);
    await market.ask("POST", "/api/v1/own/notices/read", { until: items[0]!.id });
    expect((await unreadOf(market)).unread).toBe(0);
  });

  it("leaves a record of every delivery for the system administrator, with masked addresses and not what it said", async () => {
    const { items } = await told<{ items: DeliveryView[] }>(system, "/api/v1/notice-deliveries?channel=email");
    expect(items[0]).toMatchObject({
      ...{ recipient: loginOf("market-officer"), channel: "email", state: "sent", topic: "flags" },
      tries: [{ result: "taken", address: "m***@example.cn" }],
    });
    expect(JSON.stringify(items)).not.toMatch(/铅封|market@example/);
    expect((await market.ask("GET", "/api/v1/notice-deliveries")).status).toBe(403);
    expect((await system.ask("POST", `/api/v1/notice-deliveries/${items[0]!.id}/again`)).status).toBe(409);
  });

  it("becomes a case that its unit is told of, and not who opened it", async () => {
    const { items } = await told<{ items: { id: string }[] }>(market, "/api/v1/flags");
    const commerce = await signInTo(collector.http, loginOf("commerce-officer"));
    const made = await commerce.ask("POST", "/api/v1/cases", {
      flag: items[0]!.id,
      title: "铅封被剪",
      text: "现场核查",
    });
    expect(made.status).toBe(201);
    const { number } = (await made.json()) as { number: string };
    await until(async () => (await unreadOf(market)).unread > 0);
    expect((await unreadOf(market)).items[0]).toMatchObject({
      topic: "cases",
      title: { zh: expect.stringContaining(`工单 ${number} 已分派，待受理`) },
    });
  });
});
