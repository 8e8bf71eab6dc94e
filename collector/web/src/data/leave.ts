/** Signing out. */
import { useQueryClient } from "@tanstack/react-query";
import { send } from "./client.ts";
import { changePerson } from "./session.tsx";

/** Ends the session, and forgets all that was shown of it, also when the server cannot be told. */
export function useLeave(): () => void {
  const cache = useQueryClient();
  return () =>
    void send("DELETE", "/session")
      .catch(() => undefined)
      .then(() => changePerson(cache, null));
}
