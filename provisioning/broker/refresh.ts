/**
 * Keeps a foreign broker's list of revocations fresh: fetched from the collector, proved against the authority, and
 * put in the old one's place. Says whether somebody was revoked, since a broker may hold that one's connection.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { readRevocationList } from "@forecourt/protocol/certificates/revocations.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";

export interface RefreshError {
  code: "network" | "list";
  message: string;
  cure: string;
}

/** `revoked`: another set of certificates than before. `renewed`: the same, for longer. */
export type Refreshed = "revoked" | "renewed";

const TIMEOUT_MS = 15_000;
/** A million revoked certificates stay below. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * @param from the collector's address
 * @param ca PEM of the authorities that vouch for the collector and that sign the list, issuing authority among them
 */
export async function refreshList(from: string, ca: string, crlFile: string): Promise<Result<Refreshed, RefreshError>> {
  const fetched = await fetchText(new URL("/api/v1/revocations.crl", from), ca);
  if (!fetched.ok) return fetched;
  const list = await readRevocationList(fetched.value, ca);
  if (!list.ok) {
    const cure = "Check the address and that --ca is the file that `provision ca server` wrote.";
    return fail({ code: "list", message: list.error, cure });
  }
  const before = existsSync(crlFile) ? await readRevocationList(readFileSync(crlFile, "utf8"), ca) : undefined;
  if (before?.ok === true && list.value.fromMs < before.value.fromMs) {
    const [came, kept] = [list, before].map(({ value }) => new Date(value.fromMs).toISOString());
    const message = `the list that came is of ${came}, older than the one in force of ${kept}`;
    const cure = `Somebody may play an old list back, or a clock is wrong. If it is right, delete ${crlFile} first.`;
    return fail({ code: "list", message, cure });
  }
  const next = `${crlFile}.next`;
  writeFileSync(next, fetched.value, { flush: true });
  renameSync(next, crlFile);
  const isSame = before?.ok === true && before.value.serials.join() === list.value.serials.join();
  return ok(isSame ? "renewed" : "revoked");
}

function fetchText(url: URL, ca: string): Promise<Result<string, RefreshError>> {
  const cure = `Check the network and the address ${url.origin}.`;
  return new Promise((resolve) => {
    const broken = (message: string) => resolve(fail({ code: "network", message, cure }));
    const get = url.protocol === "https:" ? httpsGet : httpGet;
    const asked = get(url, { timeout: TIMEOUT_MS, ca }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) asked.destroy(new Error("the list is too long"));
        else chunks.push(chunk);
      });
      // Once the answer has begun, a broken line is the answer's error and no longer the question's.
      response.on("error", (error) => broken(error.message));
      response.on("end", () => {
        if (response.statusCode !== 200) broken(`status ${response.statusCode}`);
        else resolve(ok(Buffer.concat(chunks).toString("utf8")));
      });
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)));
    asked.on("error", (error) => broken(error.message));
  });
}
