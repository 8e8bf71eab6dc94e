/** What the broker hands on, and how it goes on. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { upTopic } from "@forecourt/protocol/topics.ts";
import { Aedes } from "aedes";
import { expect, test } from "vitest";
import { Channels } from "./channels.ts";

/** Twice as many as went into a stack that the broker deepened with each. */
const STORM = 20_000;
const TOPIC = upTopic("gw-532801-0001" as GatewayId, "batch");

test("a storm of messages that wait behind each other is worked off, each once and in order", async () => {
  const broker = await Aedes.createBroker({ concurrency: 1 });
  const channels = new Channels();
  const taken: string[] = [];
  channels.onMessage(({ payload }) => taken.push(payload.toString("utf8")));
  await new Promise<void>((resolve) =>
    broker.subscribe(
      TOPIC,
      (packet, done) => channels.take(packet, done),
      () => resolve(),
    ),
  );
  // Somebody else takes the first message slowly, so that all others wait in the broker's own queue.
  let isFirst = true;
  await new Promise<void>((resolve) =>
    broker.subscribe(
      TOPIC,
      (_packet, done) => {
        if (isFirst) setTimeout(done, 20);
        else done();
        isFirst = false;
      },
      () => resolve(),
    ),
  );
  const { mq } = broker as unknown as { mq: { emit: (packet: object, done: () => void) => void } };
  const published = Array.from({ length: STORM }, (_one, number) => {
    return new Promise<void>((resolve) => mq.emit({ topic: TOPIC, payload: Buffer.from(String(number)) }, resolve));
  });
  await Promise.all(published);
  expect(taken).toEqual(published.map((_one, number) => String(number)));
  await new Promise<void>((resolve) => broker.close(() => resolve()));
});
