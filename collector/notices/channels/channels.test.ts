/** The ways out, each tried against a real receiver. */
import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type HttpReceiver,
  httpReceiver,
  MAIL_USER,
  type MailReceiver,
  mailReceiver,
} from "../../testing/receivers.ts";
import { NOON_MS } from "../../testing/records.ts";
import type { Notice } from "../notice.ts";
import type { Message } from "./channel.ts";
import { type EmailSettings, emailChannel } from "./email.ts";
import { robotChannel } from "./robots.ts";
import { webhookChannel } from "./webhook.ts";

const notice: Notice = {
  ...{ id: "n1", key: "flag:f1:high", topic: "flags", rule: "seal.opened", severity: "high", urgent: true },
  ...{ station: "532801-0001", county: "532801", needs: "flags:view", departments: ["market-regulation"] },
  title: { zh: "测试加油站（532801-0001）铅封被打开 S01", en: "Test station: seal opened S01" },
  text: { zh: "编码器铅封 S01 被剪断", en: "seal S01 was cut" },
  ...{ link: "/flags/f1", atMs: NOON_MS },
};
const ADDRESS = "https://collector.example";
const message = (to: string | null, notices = [notice]): Message => {
  return { id: "d-1", to, content: { notices, language: "zh" }, atMs: NOON_MS };
};

describe("e-mail", () => {
  let mail: MailReceiver;
  const settings = (changes: Partial<EmailSettings> = {}): EmailSettings => ({
    ...{ host: "127.0.0.1", port: mail.port, security: "tls", ...MAIL_USER },
    ...{ from: "油量监管平台 <forecourt@example.cn>", ca: mail.authority.cert, address: ADDRESS },
    ...changes,
  });
  beforeAll(async () => {
    mail = await mailReceiver();
  });
  afterEach(() => {
    mail.mails.length = 0;
    Object.assign(mail, { answer: undefined, hangUp: false });
  });
  afterAll(() => mail.stop());

  it("goes over TLS with its Chinese subject and text, and names itself the same at each try", async () => {
    expect(await emailChannel(settings()).send(message("dao.li@example.cn"))).toMatchObject({ result: "taken" });
    expect(mail.mails).toHaveLength(1);
    expect(mail.mails[0]).toMatchObject({
      from: "forecourt@example.cn",
      to: ["dao.li@example.cn"],
      subject: "【加油站油量监管平台】严重：测试加油站（532801-0001）铅封被打开 S01",
      messageId: "<d-1@example.cn>",
    });
    expect(mail.mails[0]!.text).toContain("编码器铅封 S01 被剪断");
    expect(mail.mails[0]!.text).toContain("https://collector.example/flags/f1");
  });

  it("is tried again after a wrong password, an unknown authority, a busy server or none, and not for a mailbox that is gone", async () => {
    const resultOf = async (changes: Partial<EmailSettings>) =>
      (await emailChannel(settings(changes)).send(message("a@example.cn"))).result;
    expect(await resultOf({ password: "wrong" })).toBe("not-taken");
    expect(await resultOf({ ca: undefined })).toBe("not-taken");
    expect(await resultOf({ port: 1 })).toBe("not-taken");
    mail.answer = { code: 451, message: "busy, try later" };
    expect(await resultOf({})).toBe("not-taken");
    mail.answer = { code: 550, message: "no such mailbox" };
    expect(await resultOf({})).toBe("refused");
    expect(mail.mails).toEqual([]);
  });

  it("does not know what became of a message when the line breaks as it is handed over", async () => {
    mail.hangUp = true;
    expect(await emailChannel(settings()).send(message("a@example.cn"))).toMatchObject({ result: "unsure" });
  });

  it("gathers many into one, and says how many are not written out", async () => {
    const many = Array.from({ length: 25 }, () => notice);
    await emailChannel(settings()).send(message("a@example.cn", many));
    expect(mail.mails[0]!.subject).toBe("【加油站油量监管平台】25 条通知，其中紧急 25 条");
    expect(mail.mails[0]!.text).toContain("另有 5 条");
  });
});

describe("what is posted", () => {
  let http: HttpReceiver;
  beforeAll(async () => {
    http = await httpReceiver();
  });
  afterEach(() => {
    http.posts.length = 0;
    http.answer = { status: 200, body: '{"errcode":0,"errmsg":"ok"}' };
  });
  afterAll(() => http.stop());
  const robot = (kind: "dingtalk" | "wecom", url = http.url) =>
    robotChannel({
      ...{ id: "duty", name: "值班群", kind, url: `${url}/send`, token: "t0ken" },
      secret: "SECabc",
      address: ADDRESS,
    });

  it("to DingTalk carries its token, the time and the sign", async () => {
    expect((await robot("dingtalk").send(message(null))).result).toBe("taken");
    const { query, body, path } = http.posts[0]!;
    expect(path).toBe("/send");
    expect(query.get("access_token")).toBe("t0ken");
    // As DingTalk computes it: base64(HMAC-SHA256(secret, timestamp + "\n" + secret)).
    const sign = createHmac("sha256", "SECabc")
      .update(`${query.get("timestamp")}\nSECabc`)
      .digest("base64");
    expect(query.get("sign")).toBe(sign);
    expect(JSON.parse(body)).toMatchObject({
      msgtype: "markdown",
      markdown: { title: expect.stringContaining("铅封") },
    });
    // A group is told that something happened, and reads the rest on the page.
    expect(body).not.toContain("编码器铅封");
  });

  it("to WeCom is markdown of at most 4096 bytes under the robot's key", async () => {
    const long = { ...notice, title: { zh: "加油站".repeat(40), en: "" } };
    expect(
      (
        await robot("wecom").send(
          message(
            null,
            Array.from({ length: 20 }, () => long),
          ),
        )
      ).result,
    ).toBe("taken");
    const { query, body } = http.posts[0]!;
    expect([query.get("key"), query.get("sign")]).toEqual(["t0ken", null]);
    const { markdown } = JSON.parse(body) as { markdown: { content: string } };
    expect(Buffer.byteLength(markdown.content)).toBeLessThanOrEqual(4_096);
    expect(markdown.content).not.toContain("�");
  });

  it("shows what a name holds, and makes no link of it", async () => {
    const sly = { ...notice, title: { zh: "[点这里](https://evil.example) **x**", en: "" } };
    await robot("dingtalk").send(message(null, [sly]));
    expect(http.posts[0]!.body).not.toContain("](https://evil.example)");
    expect(http.posts[0]!.body).toContain("](https://collector.example/flags/f1)");
  });

  it("to a gateway of short messages is signed with the time, and names the telephone", async () => {
    const sms = webhookChannel({
      ...{ id: "sms", name: "短信", kind: "sms", url: `${http.url}/sms` },
      secret: "s3cret",
      token: "b",
      address: ADDRESS,
    });
    expect((await sms.send(message("13900000000"))).result).toBe("taken");
    const { headers, body } = http.posts[0]!;
    const stamp = headers["x-forecourt-timestamp"];
    const expected = createHmac("sha256", "s3cret").update(`${stamp}.${body}`).digest("hex");
    expect(headers["x-forecourt-signature"]).toBe(`sha256=${expected}`);
    expect(headers).toMatchObject({ authorization: "Bearer b", "x-forecourt-delivery": "d-1" });
    expect(JSON.parse(body)).toMatchObject({
      to: "13900000000",
      text: expect.stringContaining("铅封被打开"),
      notices: [],
    });
  });

  it("is tried again when it was refused or nobody listens, and follows nobody elsewhere", async () => {
    http.answer = { status: 200, body: '{"errcode":310000,"errmsg":"sign not match"}' };
    expect(await robot("dingtalk").send(message(null))).toMatchObject({
      result: "not-taken",
      detail: expect.stringContaining("sign not match"),
    });
    http.answer = { status: 302, body: "" };
    expect((await robot("dingtalk").send(message(null))).result).toBe("not-taken");
    const gone = await httpReceiver();
    await gone.stop();
    expect((await robot("dingtalk", gone.url).send(message(null))).result).toBe("not-taken");
    expect(http.posts).toHaveLength(2);
  });
});
