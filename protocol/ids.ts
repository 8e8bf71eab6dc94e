/**
 * The readable ids of the vocabulary, each with its pattern, so that a station can never be taken for a gateway.
 */
import { Type } from "typebox";

type Brand<Name extends string> = string & { readonly __brand: Name };

/** A petrol station: six digits of the county's administrative code, a dash, a four-digit running number. */
export type StationId = Brand<"StationId">;
/** An industrial box at a station. It has one key and one journal. */
export type GatewayId = Brand<"GatewayId">;

export const STATION_ID_PATTERN = "^[0-9]{6}-[0-9]{4}$";
export const GATEWAY_ID_PATTERN = "^gw-[a-z0-9][a-z0-9-]{0,39}$";
/** Devices and lines are named by whoever configures a gateway: `tax-1`, `gauge-1`, `seals-1`. */
export const LOCAL_NAME_PATTERN = "^[a-z][a-z0-9-]{0,31}$";
export const NOZZLE_PATTERN = "^N[0-9]{2}$";
export const TANK_PATTERN = "^T[0-9]{1,2}$";
export const SEAL_PATTERN = "^S[0-9]{2,3}$";

export const StationIdSchema = Type.Unsafe<StationId>(
  Type.String({ pattern: STATION_ID_PATTERN, description: "station id, for example 532801-0007" }),
);
export const GatewayIdSchema = Type.Unsafe<GatewayId>(
  Type.String({ pattern: GATEWAY_ID_PATTERN, description: "gateway id, for example gw-532801-0007-a" }),
);
export const LocalNameSchema = Type.String({
  pattern: LOCAL_NAME_PATTERN,
  description: "name of a device or line within its gateway, for example tax-1",
});
export const NozzleSchema = Type.String({ pattern: NOZZLE_PATTERN, description: "nozzle, for example N03" });
export const TankSchema = Type.String({ pattern: TANK_PATTERN, description: "tank, for example T2" });
export const SealSchema = Type.String({ pattern: SEAL_PATTERN, description: "seal, for example S07" });

/**
 * Takes a text as a gateway id.
 * @returns the id, or undefined when the text is not one
 */
export function gatewayId(text: string): GatewayId | undefined {
  return new RegExp(GATEWAY_ID_PATTERN).test(text) ? (text as GatewayId) : undefined;
}
