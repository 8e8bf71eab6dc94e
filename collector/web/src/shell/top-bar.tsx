/**
 * The bar at the top: whose page this is, where one can go, whether it is live, and the language.
 */

import { Link, NavLink, useLocation } from "react-router";
import { useLeave } from "../data/leave.ts";
import { type LiveState, useLive } from "../data/live.tsx";
import { useMay, useSession } from "../data/session.tsx";
import type { Phrase } from "../language/language.ts";
import { useSpeech } from "../language/language-context.tsx";
import { NoticeBell } from "./notice-bell.tsx";

const LIVE_PHRASES: Record<LiveState, Phrase> = {
  connecting: "live.connecting",
  open: "live.open",
  lost: "live.lost",
};

export function TopBar() {
  const { t } = useSpeech();
  const { pathname } = useLocation();
  const seesStations = useMay("stations:view");
  const seesUpdates = useMay("updates:view");
  const seesFlags = useMay("flags:view");
  const seesCases = useMay("cases:view");
  const seesInspections = useMay("inspections:view");
  const seesSales = useMay("sales:view");
  const seesStatistics = useMay("statistics:view");
  // One station belongs to the overview, although its address does not begin with theirs.
  const atStations = pathname === "/" || pathname.startsWith("/stations/");
  return (
    <header className="top-bar">
      <div className="top-bar-inner">
        <Link to="/" className="brand">
          <BrandMark />
          <span className="brand-name">{t("product.name")}</span>
          <span className="brand-short">{t("product.short")}</span>
          <span className="brand-latin">Forecourt</span>
        </Link>
        <nav className="nav" aria-label={t("nav.label")}>
          {seesStations && (
            <Link to="/" {...(atStations ? { className: "active", "aria-current": "page" as const } : {})}>
              {t("nav.overview")}
            </Link>
          )}
          {seesFlags && <NavLink to="/flags">{t("nav.flags")}</NavLink>}
          {seesCases && <NavLink to="/cases">{t("nav.cases")}</NavLink>}
          {seesInspections && <NavLink to="/inspections">{t("nav.inspections")}</NavLink>}
          {seesSales && <NavLink to="/sales">{t("nav.sales")}</NavLink>}
          {seesStatistics && <NavLink to="/statistics">{t("nav.statistics")}</NavLink>}
          {seesStations && <NavLink to="/devices">{t("nav.devices")}</NavLink>}
          {seesStations && <NavLink to="/registry">{t("nav.registry")}</NavLink>}
          {seesUpdates && <NavLink to="/updates">{t("nav.updates")}</NavLink>}
          <AccessLinks />
        </nav>
        <div className="top-bar-end">
          <LiveMark />
          <NoticeBell />
          <LanguageSwitch />
          <Who />
        </div>
      </div>
    </header>
  );
}

function LiveMark() {
  const { t } = useSpeech();
  const { state } = useLive();
  // Who sees no stations has no stream.
  if (!useMay("stations:view")) return null;
  return (
    <span className={`live live-${state}`} role="status" data-testid="live-state" data-state={state}>
      <span className="live-dot" aria-hidden="true" />
      {t(LIVE_PHRASES[state])}
    </span>
  );
}

/** For those who ask for access, decide or carry out; and for the auditor. */
function AccessLinks() {
  const { t } = useSpeech();
  const { functions, waiting } = useSession();
  const works = ["access:request", "access:decide", "accounts:view"].some((name) => functions.includes(name));
  return (
    <>
      {works && (
        <NavLink to="/access">
          {t("nav.access")}
          {waiting > 0 && <span className="nav-mark">{waiting}</span>}
        </NavLink>
      )}
      {functions.includes("audit:read") && <NavLink to="/audit">{t("nav.audit")}</NavLink>}
    </>
  );
}

/** Who is signed in, and the way out. */
function Who() {
  const { t } = useSpeech();
  const { name } = useSession();
  const leave = useLeave();
  return (
    <span className="who">
      <NavLink to="/own" data-testid="own">
        {name}
      </NavLink>
      <button type="button" className="lang-switch" data-testid="sign-out" onClick={leave}>
        {t("signIn.out")}
      </button>
    </span>
  );
}

export function LanguageSwitch() {
  const { t, language, choose } = useSpeech();
  const other = language === "zh" ? "en" : "zh";
  return (
    <button
      type="button"
      className="lang-switch"
      data-testid="lang-switch"
      aria-label={t("language.switchLabel")}
      lang={other === "zh" ? "zh-CN" : "en"}
      onClick={() => choose(other)}
    >
      {t("language.switch")}
    </button>
  );
}

/** A drop, half full: what is sold, and that it is measured. */
export function BrandMark() {
  return (
    <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
      <path
        d="M12 2.5c4.3 5.2 6.8 8.6 6.8 12a6.8 6.8 0 0 1-13.6 0c0-3.4 2.5-6.8 6.8-12Z"
        fill="none"
        stroke="#fff"
        strokeWidth="1.8"
      />
      <path d="M6.8 14.8h10.4a5.2 5.2 0 0 1-10.4 0Z" fill="var(--amber)" />
    </svg>
  );
}
