/** A QR code's text carries all that enrolling needs, and says which part of it is wrong. */
import { expect, test } from "vitest";
import type { StationId } from "../ids.ts";
import { CODE_RANDOM_BYTES, makeCode } from "./code.ts";
import { enrolmentSlip, readEnrolmentSlip } from "./qr.ts";

const slip = {
  collector: "https://collector.example:8443",
  station: "532801-0007" as StationId,
  code: makeCode(new Uint8Array(CODE_RANDOM_BYTES).fill(7)),
};

test("what was written is read back, blanks around it or not", () => {
  expect(readEnrolmentSlip(`  ${enrolmentSlip(slip)}\n`)).toEqual({ ok: true, value: slip });
});

test.each([
  ["7K3QM-9ZD4X", "form"],
  ["https://collector.example", "form"],
  [enrolmentSlip({ ...slip, collector: "ftp://collector.example" }), "collector"],
  [enrolmentSlip({ ...slip, station: "5328" as StationId }), "station"],
  [enrolmentSlip({ ...slip, code: "7K3QM9ZD40" }), "code"],
])("%s is refused for its %s", (text, part) => {
  expect(readEnrolmentSlip(text)).toEqual({ ok: false, error: part });
});
