/**
 * Makes the byte stream to a broker: plain TCP, or TLS 1.3 with the gateway's certificate. What the line carries is
 * counted below TLS, because that is what the SIM card pays for.
 */
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { readTlsFiles, type TlsFiles } from "./tls-files.ts";

export interface Dialled {
  stream: Socket;
  /** bytes sent so far, those of TLS included */
  sentBytes: () => number;
}

const PORTS: Record<string, number> = { "mqtt:": 1883, "mqtts:": 8883 };

/**
 * Begins to connect. The stream's `error` event says what went wrong later.
 * @param broker `mqtt://host:port` or `mqtts://host:port`
 * @param files needed for `mqtts://`
 * @returns the stream, or why there can be none
 */
export function dial(broker: string, files: TlsFiles | undefined): Result<Dialled, string> {
  const { protocol, hostname, port } = new URL(broker);
  // An IPv6 address stands in brackets in a URL.
  const host = hostname.replace(/^\[|\]$/g, "");
  const place = { host, port: Number(port === "" ? PORTS[protocol] : port), noDelay: true };
  if (protocol !== "mqtts:") {
    const stream = connectTcp(place);
    return ok({ stream, sentBytes: () => stream.bytesWritten });
  }
  if (files === undefined) return fail("mqtts:// needs a certificate");
  const material = readTlsFiles(files);
  if (!material.ok) return fail(material.error.map(({ field, message }) => `${field} ${message}`).join("; "));
  const { ca, cert, key } = material.value;
  const tcp = connectTcp(place);
  const stream = connectTls({
    socket: tcp,
    ca,
    cert,
    key,
    minVersion: "TLSv1.3",
    ...(isIP(host) === 0 ? { servername: host } : {}),
    host,
  });
  // The TLS stream does not always pass on what happens to the socket below it.
  tcp.on("error", (error) => stream.destroy(error));
  stream.on("close", () => tcp.destroy());
  return ok({ stream, sentBytes: () => tcp.bytesWritten });
}
