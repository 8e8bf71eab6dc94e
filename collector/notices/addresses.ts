/**
 * People's own addresses for notices. One is used only after the code that was sent to it has been told back; how many
 * codes somebody may have sent, and try, is limited, so that nobody is pestered from here.
 */
import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Note } from "../access/store.ts";
import { limits } from "../limits.ts";
import type { Channel } from "./channels/channel.ts";
import type { Address, NoticeStore } from "./store.ts";
import { codeMessage, type Language, masked } from "./words.ts";

export type AddressKind = Address["channel"];

export interface AddressError {
  code: "channel" | "address" | "often" | "code" | "unsent";
  message: string;
  cure: string;
}

export interface AddressesParts {
  store: Pick<NoticeStore, "addresses" | "saveAddress" | "removeAddress">;
  /** the channel of a kind, where it is configured and on */
  channel: (kind: AddressKind) => Channel | undefined;
  /** An entry of the audit log about somebody's own account. */
  noteOf: (account: string, action: string, detail: Record<string, string>) => Note;
  /** six digits */
  newCode?: () => string;
  newId: () => string;
  /** epoch ms */
  now: () => number;
}

const SHAPES: Record<AddressKind, RegExp> = {
  // Good enough to be sent to; whether it is the person's shows the code.
  email: /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$/,
  sms: /^(\+?86)?1[3-9][0-9]{9}$/,
};
const HOUR_MS = 3_600_000;

export class Addresses {
  readonly #parts: AddressesParts;
  /** When codes were asked for, epoch ms: an address that is taken away takes its own count with it. */
  readonly #asked = new Map<string, readonly number[]>();

  constructor(parts: AddressesParts) {
    this.#parts = parts;
  }

  /** Keeps an address that is not confirmed yet, and sends it a code. */
  async ask(
    account: string,
    kind: AddressKind,
    address: string,
    language: Language,
  ): Promise<Result<Address, AddressError>> {
    const { store, channel: channelOf, now, newId, newCode = sixDigits, noteOf } = this.#parts;
    const channel = channelOf(kind);
    if (channel === undefined) {
      return wrong("channel", "the administrator has not set this channel up", "Ask the system administrator.");
    }
    if (!SHAPES[kind].test(address)) return wrong("address", "this is no such address", "Check it for slips.");
    const before = store.addresses(account).find((one) => one.channel === kind);
    const atMs = now();
    const all = new Set([...(before?.askedMs ?? []), ...(this.#asked.get(`${account} ${kind}`) ?? [])]);
    const recently = [...all].filter((asked) => asked > atMs - HOUR_MS);
    if (recently.length >= limits.notices.codesPerHour) {
      return wrong("often", "too many codes were asked for", "Try again in an hour.");
    }
    const code = newCode();
    const asked: Address = {
      ...{ account, channel: kind, address, confirmedMs: null, codeHash: hashOf(account, code), codeTries: 0 },
      codeUntilMs: atMs + limits.notices.codeMs,
      askedMs: [...recently, atMs],
    };
    this.#asked.set(`${account} ${kind}`, asked.askedMs);
    // Counted before it is sent: a code that is on its way has been asked for.
    store.saveAddress(asked, noteOf(account, "notices.address-asked", { channel: kind, address: masked(address) }));
    const written = codeMessage(code, language);
    const sent = await channel.send({ id: `code-${newId()}`, to: address, content: { written }, atMs });
    if (sent.result === "taken" || sent.result === "unsure") return ok(asked);
    return wrong("unsent", "the code could not be sent", "Check the address, or tell the system administrator.");
  }

  /** Takes the code that was told back. */
  confirm(account: string, kind: AddressKind, code: string): Result<Address, AddressError> {
    const { store, now, noteOf } = this.#parts;
    const one = store.addresses(account).find((address) => address.channel === kind);
    const again = "Have a new code sent.";
    if (one?.codeHash == null) return wrong("code", "no code is waiting", again);
    if (now() > one.codeUntilMs || one.codeTries >= limits.notices.codeTries) {
      return wrong("code", "the code is no longer good", again);
    }
    const given = Buffer.from(hashOf(account, code), "hex");
    if (!timingSafeEqual(given, Buffer.from(one.codeHash, "hex"))) {
      store.saveAddress({ ...one, codeTries: one.codeTries + 1 }, undefined);
      return wrong("code", "this is not the code", "Look again at the newest message.");
    }
    const confirmed = { ...one, confirmedMs: now(), codeHash: null };
    const detail = { channel: kind, address: masked(one.address) };
    store.saveAddress(confirmed, noteOf(account, "notices.address-confirmed", detail));
    return ok(confirmed);
  }

  remove(account: string, kind: AddressKind): void {
    const { store, noteOf } = this.#parts;
    store.removeAddress(account, kind, noteOf(account, "notices.address-removed", { channel: kind }));
  }
}

function sixDigits(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}

function hashOf(account: string, code: string): string {
  return createHash("sha256").update(`${account} ${code}`).digest("hex");
}

const wrong = (code: AddressError["code"], message: string, cure: string) =>
  fail<AddressError>({ code, message, cure });
