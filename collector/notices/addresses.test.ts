/** An address is its owner's once a code has come back; and nobody is sent more codes than an hour allows. */
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { Addresses } from "./addresses.ts";
import type { Channel } from "./channels/channel.ts";
import type { Address } from "./store.ts";

test("whoever takes an address away and asks anew is not sent more codes in an hour", async () => {
  let kept: Address[] = [];
  let sent = 0;
  let nowMs = 1_000_000;
  const channel = {
    send: () => {
      sent += 1;
      return Promise.resolve({ result: "taken", detail: "" });
    },
  } as unknown as Channel;
  const addresses = new Addresses({
    store: {
      addresses: () => kept,
      saveAddress: (one) => {
        kept = [one];
      },
      removeAddress: () => {
        kept = [];
      },
    },
    channel: () => channel,
    noteOf: (who, action, detail) => ({ atMs: nowMs, who, action, subject: who, detail }),
    newId: () => "n1",
    now: () => nowMs,
  });
  const ask = async () => {
    const asked = await addresses.ask("p.somebody", "email", "somebody@example.org", "zh");
    addresses.remove("p.somebody", "email");
    nowMs += 1_000;
    return asked.ok ? "sent" : asked.error.code;
  };
  const answers: string[] = [];
  for (let number = 0; number <= limits.notices.codesPerHour; number += 1) answers.push(await ask());
  expect(answers.at(-1)).toBe("often");
  expect(sent).toBe(limits.notices.codesPerHour);
  nowMs += 3_600_000;
  expect(await ask()).toBe("sent");
});
