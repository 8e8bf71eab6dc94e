import { encodeCommand, encodeReply } from "@forecourt/protocol/gauge-console/frame.ts";
import { expect, test } from "vitest";
import { twoTanks } from "./console.test-support.ts";
import { consoleReader } from "./reader.ts";

const asked = { code: "201", device: 0 };

test("the echo of the command is not the beginning of the reply: a console thinks for seconds after it", () => {
  const command = encodeCommand({ ...asked, data: "", securityCode: null });
  const reader = consoleReader(asked, command.length);
  expect(reader.push(command)).toBeUndefined();
  expect(reader.hasBegun).toBe(false);
  const reply = encodeReply({ ...asked, data: twoTanks });
  expect(reader.push(reply.slice(0, 20))).toBeUndefined();
  expect(reader.hasBegun).toBe(true);
  expect(reader.push(reply.slice(20))?.reply).toMatchObject(asked);
});
