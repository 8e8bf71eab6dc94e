/** What a live event changes in the data already loaded. */
import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { Flag, Sale, StationDetail } from "../../../api/schemas.ts";
import { applyLiveEvent } from "./live-cache.ts";
import { mergeSales } from "./merge.ts";

const at = (second: number) => `2026-11-24T12:00:${String(second).padStart(2, "0")}.000+08:00`;

function sale(seq: number, change: Partial<Sale> = {}): Sale {
  return {
    gateway: "gw-a",
    seq,
    station: "532801-0001",
    device: "tax-1",
    nozzle: "N01",
    grade: "92#",
    at: at(seq),
    volumeCl: 100,
    amountFen: 770,
    unitPriceFen: 770,
    count: 1,
    totalVolumeCl: seq * 100,
    totalAmountFen: seq * 770,
    quality: "good",
    reason: null,
    ...change,
  };
}

function flag(id: string, change: Partial<Flag> = {}): Flag {
  const text = { zh: "", en: "" };
  const times = { from: at(1), until: at(1), endedAt: null };
  const place = { station: "532801-0001", subject: "N01", department: "tax", basis: "" };
  const found = { findings: 1, figures: {}, threshold: {}, evidence: [] };
  return { id, rule: "r", title: text, text, ...place, ...times, ...found, severity: "high", state: "open", ...change };
}

const seqs = (answer: { items: Sale[] } | undefined) => answer?.items.map((item) => item.seq);

describe("a live event", () => {
  let cache: QueryClient;
  beforeEach(() => {
    cache = new QueryClient();
  });

  it("brings a sale once into every list that takes it, newest first, and into no other", () => {
    const [all, here, there] = [
      ["sales", { station: undefined, limit: 2 }],
      ["sales", { station: "532801-0001", limit: 9 }],
      ["sales", { station: "532801-0002", limit: 9 }],
    ];
    for (const key of [all, here, there])
      cache.setQueryData(key as string[], { items: [sale(2), sale(1)], next: null });
    for (let times = 0; times < 2; times += 1) applyLiveEvent(cache, { name: "sale", data: sale(3) });
    expect(seqs(cache.getQueryData(all as string[]))).toEqual([3, 2]);
    expect(seqs(cache.getQueryData(here as string[]))).toEqual([3, 2, 1]);
    expect(seqs(cache.getQueryData(there as string[]))).toEqual([2, 1]);
  });

  it("moves a nozzle's totals on, and never back", () => {
    const nozzle = { nozzle: "N01", grade: "92#", tank: "T1", unitPriceFen: 700, totalVolumeCl: 1, totalAmountFen: 1 };
    const dispenser = { device: "tax-1", nozzles: [{ ...nozzle, lastSale: null }] };
    cache.setQueryData(["station", "532801-0001"], { dispensers: [dispenser], tanks: [], seals: [] });
    const now = () => cache.getQueryData<StationDetail>(["station", "532801-0001"])?.dispensers[0]?.nozzles[0];
    applyLiveEvent(cache, { name: "sale", data: sale(5) });
    expect(now()).toMatchObject({ totalVolumeCl: 500, unitPriceFen: 770, lastSale: { seq: 5 } });
    applyLiveEvent(cache, { name: "sale", data: sale(4) });
    expect(now()?.totalVolumeCl).toBe(500);
  });

  it("lets a flag that ended leave the list of open ones, and stay once in the list of all", () => {
    const [open, all] = [
      ["flags", { state: "open", limit: 9 }],
      ["flags", { limit: 9 }],
    ];
    for (const key of [open, all]) cache.setQueryData(key as string[], { items: [flag("a"), flag("b")], next: null });
    applyLiveEvent(cache, { name: "flag", data: flag("b", { state: "ended", until: at(9) }) });
    const ids = (key: unknown) => cache.getQueryData<{ items: Flag[] }>(key as string[])?.items.map(({ id }) => id);
    expect(ids(open)).toEqual(["a"]);
    expect(ids(all)).toEqual(["b", "a"]);
  });

  it("leaves alone what is not loaded", () => {
    applyLiveEvent(cache, { name: "sale", data: sale(1) });
    expect(cache.getQueryData(["station", "532801-0001"])).toBeUndefined();
  });
});

it("sales of two gateways with the same seq are two sales", () => {
  expect(mergeSales([sale(1)], [sale(1, { gateway: "gw-b" })], 9)).toHaveLength(2);
});
