/** A gateway's key in a PKCS#11 token, tried with SoftHSM: the same contract as the key in a file, and what may go wrong. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSigner } from "@forecourt/edge-agent/keys/place.ts";
import type { TokenPlace } from "@forecourt/edge-agent/keys/token-signer.ts";
import { encodeBatch, openBatch, proveBatch } from "@forecourt/protocol/batch/envelope.ts";
import { ed25519Verifier, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { certificateRequest, readRequest } from "@forecourt/protocol/certificates/request.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasTool } from "../rig/tools.ts";

const MODULE = "/usr/lib/softhsm/libsofthsm2.so";
const available = hasTool("softhsm2-util", "softhsm2") && hasTool("pkcs11-tool", "opensc") && existsSync(MODULE);
const GATEWAY = "gw-532801-0007-a" as GatewayId;
const STATION = "532801-0007" as StationId;

let folder: string;
let stateDir: string;
let place: TokenPlace;
const before = process.env.SOFTHSM2_CONF;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-token-"));
  stateDir = join(folder, "state");
  const pinFile = join(folder, "pin");
  writeFileSync(pinFile, "123456\n", { mode: 0o600 });
  place = { module: MODULE, token: "forecourt", label: "gateway", pinFile };
  if (available) makeToken();
});
afterEach(() => {
  if (before === undefined) delete process.env.SOFTHSM2_CONF;
  else process.env.SOFTHSM2_CONF = before;
  rmSync(folder, { recursive: true });
});

function makeToken(): void {
  const tokens = join(folder, "tokens");
  rmSync(tokens, { recursive: true, force: true });
  mkdirSync(tokens);
  writeFileSync(join(folder, "softhsm2.conf"), `directories.tokendir = ${tokens}\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = join(folder, "softhsm2.conf");
  // biome-ignore format: a command line
  execFileSync("softhsm2-util", ["--init-token", "--free", "--label", "forecourt", "--pin", "123456", "--so-pin", "87654321"]);
}

const inToken = () => openSigner({ stateDir, pkcs11: place });
const inFile = () => openSigner({ stateDir });

describe.each([
  ["in a file", inFile, true],
  ["in a token", inToken, available],
] as const)("a key %s", (_where, open, possible) => {
  it.skipIf(!possible)("is made once, and is the same at the next start", async () => {
    const first = await open();
    expect((await open()).publicKey).toBe(first.publicKey);
  });

  it.skipIf(!possible)(
    "signs batches and certificate requests that everybody can check, also several at once",
    async () => {
      const signer = await open();
      const line = '{"a":1}';
      const hash = chainHash(GENESIS_HASH, line);
      const from = { gateway: GATEWAY, station: STATION, firstSeq: 1, previousHash: GENESIS_HASH, lastHash: hash };
      const envelopes = await Promise.all([1, 2, 3].map(() => encodeBatch(from, [line], signer)));
      const verifier = ed25519Verifier(signer.publicKey);
      for (const envelope of envelopes) {
        const opened = openBatch(envelope);
        expect(opened.ok && proveBatch(opened.value, verifier).ok).toBe(true);
      }
      const request = await readRequest(await certificateRequest(GATEWAY, signer));
      expect(request).toMatchObject({ ok: true, value: { publicKey: signer.publicKey } });
    },
  );
});

describe("a key in a file", () => {
  it("that others may read is not used", async () => {
    await inFile();
    expect(statSync(join(stateDir, "gateway.key")).mode & 0o777).toBe(0o600);
    chmodSync(join(stateDir, "gateway.key"), 0o640);
    await expect(inFile()).rejects.toThrow(/chmod 600/);
  });
});

describe.skipIf(!available)("a key in a token", () => {
  it("is nowhere on the disk, and cannot be taken out of the token", async () => {
    await inToken();
    expect(existsSync(join(stateDir, "gateway.key"))).toBe(false);
    const listed = execFileSync(
      "pkcs11-tool",
      // biome-ignore format: a command line
      ["--module", MODULE, "--token-label", "forecourt", "--login", "--pin", "123456", "--list-objects", "--type", "privkey"],
    ).toString();
    expect(listed).toMatch(/sensitive.*never extractable/);
  });

  it("lets the box start while the token is away; signing fails until it is back", async () => {
    const { publicKey } = await inToken();
    const conf = process.env.SOFTHSM2_CONF!;
    process.env.SOFTHSM2_CONF = join(folder, "nothing.conf");
    const signer = await inToken();
    expect(signer.publicKey).toBe(publicKey);
    await expect(signer.sign(Buffer.from("x"))).rejects.toThrow();
    process.env.SOFTHSM2_CONF = conf;
    expect(proves(signer, await signer.sign(Buffer.from("x")))).toBe(true);
  });

  it("is never replaced in silence: an emptied or exchanged token is refused", async () => {
    const { publicKey } = await inToken();
    makeToken();
    await expect(inToken()).rejects.toThrow("and it did before");
    rmSync(join(stateDir, "gateway.pub"));
    const other = await inToken();
    expect(other.publicKey).not.toBe(publicKey);
    writeFileSync(join(stateDir, "gateway.pub"), `${publicKey}\n`);
    await expect(inToken()).rejects.toThrow("another key");
  });

  it("is not used with a wrong PIN, a PIN that others may read, a missing token, or for more than it can sign", async () => {
    const signer = await inToken();
    await expect(signer.sign(Buffer.alloc(1_025))).rejects.toThrow("at most 1024 bytes");
    expect(proves(signer, await signer.sign(Buffer.alloc(1_024)), Buffer.alloc(1_024))).toBe(true);
    writeFileSync(place.pinFile, "999999\n");
    await expect((await inToken()).sign(Buffer.from("x"))).rejects.toThrow(/PIN/);
    chmodSync(place.pinFile, 0o644);
    await expect(inToken()).rejects.toThrow(/chmod 600/);
    chmodSync(place.pinFile, 0o600);
    rmSync(join(stateDir, "gateway.pub"));
    await expect(openSigner({ stateDir, pkcs11: { ...place, token: "another" } })).rejects.toThrow(/another/);
    expect(readFileSync(place.pinFile, "utf8")).toBe("999999\n");
  });
});

function proves(signer: Signer, signature: Uint8Array, message: Uint8Array = Buffer.from("x")): boolean {
  return ed25519Verifier(signer.publicKey).verify(message, signature);
}
