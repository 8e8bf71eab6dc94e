/** A question to the collector always has an end: an answer, or why there is none. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { post } from "./post.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function asked(listener: RequestListener) {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const url = new URL(`http://127.0.0.1:${(listening.address() as AddressInfo).port}/api/v1/renew`);
  return post({ url, body: { asked: 1 }, ca: undefined });
}

test("what is answered with success comes as it is", async () => {
  expect(await asked((_request, response) => response.end('{"answered":1}'))).toEqual({
    ok: true,
    value: { answered: 1 },
  });
});

test("a line that breaks in the middle of the answer is a broken line, and not waited for", async () => {
  const broken = await asked((_request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write('{"answered":', () => response.destroy());
  });
  expect(broken).toMatchObject({ ok: false, error: { code: "network", message: expect.stringMatching(/abort/) } });
});

test("nothing is asked in the clear of another machine", async () => {
  const url = new URL("http://collector.example/api/v1/enrol");
  expect(await post({ url, body: {}, ca: undefined })).toMatchObject({
    ok: false,
    error: { code: "refused", message: expect.stringContaining("not encrypted") },
  });
});
