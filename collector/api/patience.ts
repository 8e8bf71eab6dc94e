/** How long, and for how many, a server waits: a client that dawdles is let go. */
import type { Server } from "node:http";
import { limits } from "../limits.ts";

type Patient = Pick<Server, "headersTimeout" | "requestTimeout" | "maxConnections">;

/** Sets the limits of a server, with or without TLS. */
export function limitPatience(server: Patient): void {
  server.headersTimeout = limits.api.headersTimeoutMs;
  server.requestTimeout = limits.api.requestTimeoutMs;
  server.maxConnections = limits.api.connections;
}
