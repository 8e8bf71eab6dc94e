/** Tells who sends a request, from what it carries. */
import type { Authenticate } from "./guard.ts";
import type { MachineAccounts } from "./machines.ts";
import type { Reader } from "./reader.ts";

export interface AuthenticateParts {
  machines: MachineAccounts;
  /** whoever sends no credentials; undefined: nobody */
  visitor: Reader | undefined;
}

/** What was sent and is not known makes nobody a visitor: a wrong token is refused. */
export function authenticator({ machines, visitor }: AuthenticateParts): Authenticate {
  return async ({ headers: { authorization } }) => {
    if (authorization === undefined) return visitor;
    const bearer = /^Bearer (\S{1,200})$/.exec(authorization);
    return bearer === null ? undefined : machines.of(bearer[1]!);
  };
}
