/** A page whose address cannot be used yet is served later, and does not keep the box from its work. */
import { expect, test } from "vitest";
import { keepServing } from "./keep-serving.ts";

function surroundings(failures: number) {
  const due: (() => void)[] = [];
  const logged: string[] = [];
  let left = failures;
  let closed = 0;
  const options = {
    start: async () => {
      left -= 1;
      if (left >= 0) throw new Error("EADDRNOTAVAIL");
      return {
        port: 8_088,
        close: async () => {
          closed += 1;
        },
      };
    },
    after: (_ms: number, action: () => void) => {
      due.push(action);
      return () => void due.splice(due.indexOf(action), 1);
    },
    log: (message: string) => logged.push(message),
  };
  return { options, due, logged, closed: () => closed };
}

test("an address that comes later is used when it is there, and the wait is told once", async () => {
  const { options, due, logged, closed } = surroundings(3);
  const serving = await keepServing(options);
  expect(serving.port).toBeUndefined();
  for (let times = 0; times < 3; times += 1) {
    due.shift()!();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect([serving.port, due.length]).toEqual([8_088, 0]);
  expect(logged).toEqual(["the box's page cannot be served yet", "the box's page is served"]);
  await serving.close();
  expect(closed()).toBe(1);
});

test("a box that stops meanwhile does not try again", async () => {
  const { options, due } = surroundings(1);
  const serving = await keepServing(options);
  await serving.close();
  expect([due.length, serving.port]).toEqual([0, undefined]);
});
