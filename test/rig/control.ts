/** The simulated station's control API, as the rig uses it. */
import type { Station } from "./chain.ts";

/** Calls the control API of a station's simulator. @throws Error when it refuses */
export async function control<T>(station: Station, method: "GET" | "POST", path: string, body?: object): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${station.lines.control?.port}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Lets no more customers in and waits until every fuelling has ended and its totals stand. */
export function drain(station: Station): Promise<unknown> {
  return control(station, "POST", "/api/drain");
}
