/** Enrolment over the API: whose gateways somebody may revoke. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { testEnrolment } from "../testing/enrolment.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { runCollector, type TestCollector } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";

const COUNTY_TOKEN = "a-token-of-one-county";
const own = new FakeGateway("gw-532801-0001", "532801-0001");
const foreign = new FakeGateway("gw-532822-0001", "532822-0001");
let collector: TestCollector;

beforeAll(async () => {
  const stations = [own, foreign].map(({ id, station, signer }) =>
    testStation([{ id, publicKey: signer.publicKey }], station),
  );
  const functions = ["stations:view", "gateways:enrol"] as const;
  collector = await runCollector(testRegistry(...stations), {
    machines: [{ name: "county", token: COUNTY_TOKEN, functions, counties: ["532801"] }],
    enrolment: await testEnrolment(),
  });
}, 60_000);
afterAll(() => collector.remove());

it("revokes a gateway that was registered by hand, but none of another county", async () => {
  const revoke = async ({ id }: FakeGateway) => {
    const answer = await fetch(`${collector.http}/api/v1/gateways/${id}/revocation`, {
      method: "POST",
      headers: { authorization: `Bearer ${COUNTY_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ reason: "stolen" }),
    });
    return answer.status;
  };
  expect(await revoke(foreign)).toBe(404);
  expect(await revoke(own)).toBe(204);
});
