/**
 * Fetches pictures of an operator's tile server on behalf of the pages: a browser asks nobody but the collector, and the
 * tile server never sees who looks at what.
 */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { limits } from "../limits.ts";

export interface Tile {
  type: string;
  bytes: Buffer;
}

export interface TilePlace {
  z: number;
  x: number;
  y: number;
}

/** `missing`: the server has none there; `busy`: too many are being fetched; `failed`: it gave nothing usable. */
export interface TileError {
  code: "missing" | "busy" | "failed";
  message: string;
}

export class TileServer {
  readonly #fetch: typeof fetch;
  #underWay = 0;

  /** @param get asks over the network; given by tests */
  constructor(get: typeof fetch = fetch) {
    this.#fetch = get;
  }

  /** @param address template with {z}, {x} and {y} */
  async tile(address: string, { z, x, y }: TilePlace): Promise<Result<Tile, TileError>> {
    if (this.#underWay >= limits.map.tilesAtOnce) return fail({ code: "busy", message: "too many tiles are fetched" });
    const url = address.replaceAll("{z}", `${z}`).replaceAll("{x}", `${x}`).replaceAll("{y}", `${y}`);
    this.#underWay += 1;
    try {
      const answer = await this.#fetch(url, {
        redirect: "error",
        signal: AbortSignal.timeout(limits.map.tileTimeoutMs),
      });
      return await read(answer);
    } catch (error) {
      return failed((error as Error).message);
    } finally {
      this.#underWay -= 1;
    }
  }
}

async function read(answer: Response): Promise<Result<Tile, TileError>> {
  const type = answer.headers.get("content-type") ?? "";
  if (answer.status === 404 || answer.status === 204) {
    await answer.body?.cancel();
    return fail({ code: "missing", message: "there is no such tile" });
  }
  // An SVG may carry scripts.
  if (!answer.ok || !/^image\/(png|jpeg|webp|gif|avif)\b/.test(type)) {
    await answer.body?.cancel();
    return failed(`it answered ${answer.status} ${type}`);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > limits.map.tileBytes) return failed(`the picture is larger than ${limits.map.tileBytes} bytes`);
    parts.push(part);
  }
  return ok({ type: type.split(";")[0]!, bytes: Buffer.concat(parts) });
}

function failed(message: string): Result<Tile, TileError> {
  return fail({ code: "failed", message });
}
