/** A credit code is believed only when its check character fits. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkCharacter, creditCodeFault } from "./credit-code.ts";

/** Codes that large companies print on their own pages. */
const PUBLISHED = ["9144030071526726XG", "914403001922038216", "91330100799655058B", "91110000802100433B"];

test.each(PUBLISHED)("the published code %s is right", (code) => {
  expect(creditCodeFault(code)).toBeUndefined();
});

test.each([
  ["too short", "9144030071526726X", "length"],
  ["with a letter O for a nought", "91440300192203821O", "character"],
  ["with another last character", "914403001922038217", "check"],
])("a code %s is refused", (_what, code, fault) => {
  expect(creditCodeFault(code)).toBe(fault);
});

const character = fc.constantFrom(..."0123456789ABCDEFGHJKLMNPQRTUWXY");
const body = fc.array(character, { minLength: 17, maxLength: 17 }).map((list) => list.join(""));

test("any single mistyped character is found", () => {
  fc.assert(
    fc.property(body, fc.nat(16), character, (text, place, other) => {
      fc.pre(text[place] !== other);
      const code = text + checkCharacter(text);
      expect(creditCodeFault(code)).toBeUndefined();
      expect(creditCodeFault(code.slice(0, place) + other + code.slice(place + 1))).toBe("check");
    }),
  );
});
