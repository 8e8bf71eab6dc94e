/**
 * Lets nobody further who is not signed in, or has something to set up first.
 */
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../data/queries.ts";
import { SessionProvider } from "../data/session.tsx";
import { SetupPage } from "../pages/own/setup-page.tsx";
import { SignInPage } from "../pages/sign-in/sign-in-page.tsx";
import { Answer } from "../parts/waiting.tsx";
import { Frame } from "./frame.tsx";

export function SignedIn() {
  const session = useQuery(sessionQuery);
  return (
    <Answer query={session}>
      {(who) => {
        if (who === null) return <SignInPage />;
        const isReady = !who.setup.password && !who.setup.secondFactor;
        return <SessionProvider session={who}>{isReady ? <Frame /> : <SetupPage />}</SessionProvider>;
      }}
    </Answer>
  );
}
