/**
 * What stands around every screen: the top bar, the live stream of the view, and a word when the data are stale.
 */
import { Suspense, useEffect } from "react";
import { Outlet, useLocation, useMatch } from "react-router";
import { LiveProvider } from "../data/live.tsx";
import { useSpeech } from "../language/language-context.tsx";
import { Loading } from "../parts/waiting.tsx";
import { StaleNotice } from "./stale-notice.tsx";
import { TopBar } from "./top-bar.tsx";

export function Frame() {
  const { t } = useSpeech();
  const { pathname } = useLocation();
  const station = useMatch("/stations/:id")?.params.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new screen begins at its top
  useEffect(() => {
    // Newer browsers return a promise here, which React would take for a way to clean up.
    window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <LiveProvider station={station}>
      <a className="skip" href="#content">
        {t("nav.skip")}
      </a>
      <TopBar />
      <StaleNotice />
      <main id="content" className="content" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
    </LiveProvider>
  );
}
