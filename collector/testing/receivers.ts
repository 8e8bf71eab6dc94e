/** A real mail server with TLS and a real HTTP receiver for tests, each keeping what it was sent. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestAuthority, testAuthority } from "@forecourt/protocol/testing/certificates.ts";
import { SMTPServer } from "smtp-server";

export interface ReceivedMail {
  from: string;
  to: string[];
  /** subject, decoded */
  subject: string;
  /** text, decoded */
  text: string;
  messageId: string;
}

export interface MailReceiver {
  port: number;
  authority: TestAuthority;
  mails: ReceivedMail[];
  /** what the server says to the next recipients: an SMTP code; undefined: it takes them */
  answer: { code: number; message: string } | undefined;
  /** breaks the line when the message has come, before it says that it has it */
  hangUp: boolean;
  stop(): Promise<void>;
}

export const MAIL_USER = { user: "forecourt", password: "mail-password" };

/** Listens on a free port; TLS from the first byte. */
export async function mailReceiver(): Promise<MailReceiver> {
  const authority = await testAuthority("Mail authority");
  const { cert, key } = await authority.server();
  const receiver: MailReceiver = {
    ...{ port: 0, authority, mails: [], answer: undefined, hangUp: false },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const server = new SMTPServer({
    ...{ secure: true, cert, key, authOptional: false, logger: false },
    onAuth: ({ username, password }, _session, done) => {
      if (username === MAIL_USER.user && password === MAIL_USER.password) done(null, { user: username });
      else done(new Error("Invalid username or password"));
    },
    onRcptTo: (_address, _session, done) => {
      const { answer } = receiver;
      if (answer === undefined) done();
      else done(Object.assign(new Error(answer.message), { responseCode: answer.code }));
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = envelope;
        const from = mailFrom === false ? "" : mailFrom.address;
        receiver.mails.push(
          mailOf(
            Buffer.concat(chunks).toString("utf8"),
            from,
            rcptTo.map((one) => one.address),
          ),
        );
        if (receiver.hangUp) for (const one of [...server.connections]) one.close();
        else done();
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  receiver.port = (server.server.address() as AddressInfo).port;
  return receiver;
}

/** Reads what our own messages are made of: encoded words in the subject, and one base64 body. */
function mailOf(raw: string, from: string, to: string[]): ReceivedMail {
  const [head = "", ...body] = raw.split("\r\n\r\n");
  const unfolded = head.replace(/\r\n[ \t]+/g, " ");
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, "im").exec(unfolded)?.[1]?.trim() ?? "";
  return {
    ...{ from, to },
    subject: words(header("Subject")),
    text: Buffer.from(body.join("\r\n\r\n"), "base64").toString("utf8"),
    messageId: header("Message-ID"),
  };
}

/** RFC 2047: base64 and quoted-printable words; a character may be split between two. */
function words(text: string): string {
  const bytes = text
    .replace(/\?=\s+=\?/g, "?==?")
    .split(/(=\?UTF-8\?[BQ]\?[^?]*\?=)/i)
    .map((part) => {
      const match = /^=\?UTF-8\?([BQ])\?([^?]*)\?=$/i.exec(part);
      if (match === null) return Buffer.from(part, "utf8");
      const [, kind, word = ""] = match;
      if (kind?.toUpperCase() === "B") return Buffer.from(word, "base64");
      const plain = word
        .replace(/_/g, " ")
        .replace(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(plain, "latin1");
    });
  return Buffer.concat(bytes).toString("utf8");
}

export interface ReceivedPost {
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HttpReceiver {
  url: string;
  posts: ReceivedPost[];
  /** what it answers from now on */
  answer: { status: number; body: string };
  stop(): Promise<void>;
}

/** Listens on a free port of this machine. */
export async function httpReceiver(): Promise<HttpReceiver> {
  const receiver: HttpReceiver = {
    ...{ url: "", posts: [], answer: { status: 200, body: '{"errcode":0,"errmsg":"ok"}' } },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
      const body = Buffer.concat(chunks).toString("utf8");
      receiver.posts.push({ path: pathname, query: searchParams, headers: request.headers, body });
      response.writeHead(receiver.answer.status, { "content-type": "application/json" }).end(receiver.answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}
