/**
 * Who is signed in. Everything below {@link SessionProvider} knows; what a person may not do is not offered.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import type { Session } from "../../../api/schemas.ts";
import { acted, rememberCsrf, whenOver } from "./client.ts";

const SessionContext = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const cache = useQueryClient();
  rememberCsrf(session.csrf);
  useEffect(() => {
    whenOver(() => void cache.invalidateQueries({ queryKey: ["session"] }));
    const touches = ["pointerdown", "keydown", "wheel", "touchmove"] as const;
    for (const touch of touches) window.addEventListener(touch, acted, { passive: true });
    return () => {
      for (const touch of touches) window.removeEventListener(touch, acted);
    };
  }, [cache]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Another person, or nobody, from now on: what was shown to the one before is not kept. */
export function changePerson(cache: QueryClient, session: Session | null): void {
  cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
  cache.setQueryData(["session"], session);
}

/** Who is signed in. Only inside {@link SessionProvider}. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("useSession stands outside SessionProvider");
  return session;
}

/** Whether the person may use a function, such as `sales:view`. */
export function useMay(name: string): boolean {
  return useSession().functions.includes(name);
}
