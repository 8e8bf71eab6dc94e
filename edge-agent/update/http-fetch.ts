/** Fetches parts of a bundle over HTTP, with limits, and says what went wrong in a way that the updater can act on. */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { updateLimits } from "@forecourt/protocol/update/manifest.ts";
import type { Fetch, FetchError } from "./download.ts";

/** A slow SIM card still brings something within this time; nothing for so long is a broken line. */
const SILENT_MS = 30_000;

/**
 * @param from address of the folder with the bundle
 * @param ca PEM of the authorities that may vouch for the server, read anew each time; undefined: those of the system
 */
export function httpFetch(from: string, ca: () => string | undefined): Fetch {
  return (file, range) => {
    const url = new URL(file, from.endsWith("/") ? from : `${from}/`);
    const most = range?.bytes ?? updateLimits.manifestBytes;
    const headers = range === undefined ? {} : { range: `bytes=${range.at}-${range.at + range.bytes - 1}` };
    return get(url, { headers, most, ca: ca(), exact: range?.bytes });
  };
}

interface GetOptions {
  headers: Record<string, string>;
  most: number;
  ca: string | undefined;
  exact: number | undefined;
}

function get(url: URL, { headers, most, ca, exact }: GetOptions): Promise<Result<Buffer, FetchError>> {
  return new Promise((resolve) => {
    const refuse = (code: FetchError["code"], message: string) => resolve(fail({ code, message }));
    const request = url.protocol === "https:" ? httpsRequest : httpRequest;
    const asked = request(url, { headers, timeout: SILENT_MS, ...(ca === undefined ? {} : { ca }) }, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode === 404) {
        response.resume();
        return refuse("missing", `${url.pathname} is not there`);
      }
      if (statusCode === 416) {
        response.resume();
        return refuse("short", `${url.pathname} ends before the piece that was asked for`);
      }
      if (statusCode !== (exact === undefined ? 200 : 206)) {
        response.resume();
        return refuse("network", `status ${statusCode} for ${url.pathname}`);
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > most) asked.destroy(new Error("more came than was asked for"));
        else chunks.push(chunk);
      });
      response.on("end", () => {
        if (exact !== undefined && bytes !== exact) return refuse("short", `${bytes} of ${exact} bytes came`);
        resolve(ok(Buffer.concat(chunks)));
      });
      response.on("error", (error) => refuse("network", error.message));
    });
    asked.on("timeout", () => asked.destroy(new Error(`nothing came for ${SILENT_MS / 1_000} s`)));
    asked.on("error", (error) => refuse("network", error.message));
    asked.end();
  });
}
