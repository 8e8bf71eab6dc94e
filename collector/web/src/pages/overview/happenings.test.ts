/** Sales and flags in one line of time. */
import { expect, it } from "vitest";
import { type Flag, FlagSchema, type Sale, SaleSchema } from "../../../../api/schemas.ts";
import { happenings } from "./happenings.ts";

const exampleSale = (SaleSchema as unknown as { examples: [Sale] }).examples[0];
const exampleFlag = (FlagSchema as unknown as { examples: [Flag] }).examples[0];

it("stand together, the newest first, a flag where its cause began", () => {
  const sale = (seq: number, at: string): Sale => ({ ...exampleSale, seq, at });
  const flag = { ...exampleFlag, id: "f1", from: "2026-03-02T12:01:00.000+08:00" };
  const sales = [sale(3, "2026-03-02T12:02:00.000+08:00"), sale(2, "2026-03-02T12:00:00.000+08:00")];
  const lines = happenings(sales, [flag], 2);
  expect(lines.map(({ key }) => key)).toEqual([`${sales[0]!.gateway}-3`, "f1"]);
});
