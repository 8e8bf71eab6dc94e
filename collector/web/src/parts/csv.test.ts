/** Tables as CSV. */
import { expect, it } from "vitest";
import { csvOf } from "./csv.ts";

it("quotes what must be quoted, leaves what is missing empty, and lets no text run as a formula", () => {
  expect(
    csvOf([
      ["油站", 'a "b"', null],
      ["=1+1", 12, "x,y"],
      ["-3", -3, "一\n二"],
    ]),
  ).toBe(`\uFEFF油站,"a ""b""",\r\n'=1+1,12,"x,y"\r\n'-3,-3,"一\n二"\r\n`);
});
