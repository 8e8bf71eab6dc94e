/**
 * How a gateway proves itself to the broker until client certificates do: the MQTT user name is its id and the
 * password its key's signature over that id and the collector's public key. Ed25519 is deterministic, so there is no
 * second secret to provision; whoever listens on a plain line could repeat it, but could still sign no batch.
 */
import type { GatewayId } from "../ids.ts";
import type { Signer, Verifier } from "./signer.ts";

function statement(gateway: GatewayId, collectorPublicKey: string): Buffer {
  return Buffer.from(`forecourt-connect-v1\n${gateway}\n${collectorPublicKey}`, "utf8");
}

/** The MQTT password of a gateway at one collector (base64). */
export async function connectPassword(gateway: GatewayId, collectorPublicKey: string, signer: Signer): Promise<string> {
  return Buffer.from(await signer.sign(statement(gateway, collectorPublicKey))).toString("base64");
}

/** Whether the password is that of the gateway whose public key the verifier holds. */
export function checkConnectPassword(
  gateway: GatewayId,
  collectorPublicKey: string,
  password: string,
  verifier: Verifier,
): boolean {
  return verifier.verify(statement(gateway, collectorPublicKey), Buffer.from(password, "base64"));
}
