/** E-mail over SMTP with TLS. */
import { Readable } from "node:stream";
import { createTransport } from "nodemailer";
import { emailOf } from "../words.ts";
import { type Channel, inShort, type Message, type Sent } from "./channel.ts";

export interface EmailSettings {
  host: string;
  port: number;
  /** tls: from the first byte; starttls: refused without it; none: only to this machine itself */
  security: "tls" | "starttls" | "none";
  user: string | undefined;
  password: string | undefined;
  /** such as `平台 <forecourt@example.cn>` */
  from: string;
  /** who vouches for the server, PEM; undefined: the authorities that Node knows */
  ca: string | undefined;
  /** of this collector's page */
  address: string;
}

const CONNECT_MS = 15_000;
const SILENT_MS = 30_000;
/** SMTP's own refusals for good: no such mailbox, message not wanted. */
const REFUSED_FROM = 500;

export function emailChannel(settings: EmailSettings): Channel {
  const { host, port, security, user, password, from, ca, address } = settings;
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
    tls: { minVersion: "TLSv1.2", ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([^\s>]+)/.exec(from)?.[1] ?? "forecourt";
  const send = async ({ id, to, content, atMs }: Message): Promise<Sent> => {
    if (to === null) return { result: "refused", detail: "there is no address" };
    const { subject, text } =
      "written" in content ? content.written : emailOf(content.notices, content.language, address);
    // Read once the server has let us in: a line that breaks later may have carried the message.
    const handing = { began: false };
    try {
      const sent = await transport.sendMail({
        from,
        to: { name: "", address: to },
        subject,
        text: reading(text, handing),
        textEncoding: "base64",
        messageId: `<${id}@${domain}>`,
        date: new Date(atMs),
        headers: { "Auto-Submitted": "auto-generated" },
      });
      return { result: "taken", detail: inShort(sent.response) };
    } catch (error) {
      return faultOf(error as SmtpError, handing.began);
    }
  };
  return { id: "email", kind: "email", name: "电子邮件", send };
}

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
}

function faultOf({ message, code, responseCode }: SmtpError, began: boolean): Sent {
  const detail = inShort(`${code ?? "error"}: ${message}`);
  // A wrong password or certificate is mended by the administrator, and then it goes.
  if (code === "EAUTH" || code === "ETLS") return { result: "not-taken", detail };
  if (responseCode !== undefined) return { result: responseCode >= REFUSED_FROM ? "refused" : "not-taken", detail };
  return { result: began ? "unsure" : "not-taken", detail };
}

function reading(text: string, handing: { began: boolean }): Readable {
  return new Readable({
    read() {
      handing.began = true;
      this.push(Buffer.from(text, "utf8"));
      this.push(null);
    },
  });
}
