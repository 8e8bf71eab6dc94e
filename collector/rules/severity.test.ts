import { describe, expect, it } from "vitest";
import { RepeatBook, weighed } from "./severity.ts";

const DAY = 86_400_000;
const tax = { department: "tax", scales: true } as const;

describe("the severity of a flag", () => {
  it("rises with what is at stake", () => {
    expect(weighed(tax, "high", { lostCl: 5_000 }, 0)).toBe("medium");
    expect(weighed(tax, "high", { lostCl: 20_000 }, 0)).toBe("high");
    expect(weighed(tax, "medium", { lostCl: 20_000 }, 0)).toBe("medium");
    expect(weighed(tax, "medium", { lostCl: 2_000_000 }, 0)).toBe("high");
  });

  it("rises with repetition, unless a device does it by itself", () => {
    expect(weighed(tax, "medium", {}, 1)).toBe("medium");
    expect(weighed(tax, "medium", {}, 2)).toBe("high");
    expect(weighed({ department: "service-provider" }, "medium", {}, 9)).toBe("medium");
  });

  it("leaves a hint a hint, and what is certain without litres as it is", () => {
    expect(weighed(tax, "notice", { lostCl: 9_000_000 }, 9)).toBe("notice");
    expect(weighed({ department: "market-regulation" }, "high", { lostCl: 10 }, 0)).toBe("high");
  });
});

describe("repetition", () => {
  it("counts flags of a year, not findings of one flag", () => {
    const book = new RepeatBook();
    expect([book.found("k", 0), book.found("k", DAY)]).toEqual([0, 0]);
    book.over("k");
    const restored = new RepeatBook(JSON.parse(JSON.stringify(book)));
    expect(restored.found("k", 10 * DAY)).toBe(1);
    restored.over("k");
    expect(restored.found("k", 400 * DAY)).toBe(0);
  });
});
