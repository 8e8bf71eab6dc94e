/** The code survives being written down and read aloud; slips are noticed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CODE_RANDOM_BYTES, makeCode, readCode, showCode } from "./code.ts";

const random = fc.uint8Array({ minLength: CODE_RANDOM_BYTES, maxLength: CODE_RANDOM_BYTES });

test("a code is read back however it is typed", () => {
  fc.assert(
    fc.property(random, (bytes) => {
      const code = makeCode(bytes);
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
      expect(readCode(showCode(code))).toEqual({ ok: true, value: code });
      expect(readCode(` ${code.toLowerCase().replaceAll("0", "o").replaceAll("1", "l")} `)).toEqual({
        ok: true,
        value: code,
      });
    }),
  );
});

test("one wrong character is always noticed", () => {
  const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  fc.assert(
    fc.property(random, fc.nat(9), fc.nat(31), (bytes, place, value) => {
      const code = makeCode(bytes);
      fc.pre(code[place] !== alphabet[value]);
      const slipped = code.slice(0, place) + alphabet[value] + code.slice(place + 1);
      expect(readCode(slipped)).toEqual({ ok: false, error: "check" });
    }),
  );
});

test.each([
  ["", "length"],
  ["7K3QM-9ZD4", "length"],
  ["7K3QM-9ZD4U", "character"],
  ["7K3QM-9ZD4油", "character"],
])("%j is refused for its %s", (text, error) => {
  expect(readCode(text)).toEqual({ ok: false, error });
});
