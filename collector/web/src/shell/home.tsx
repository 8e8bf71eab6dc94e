/**
 * The first screen: the overview, or for those who see none the work that is theirs.
 */
import { lazy } from "react";
import { Navigate } from "react-router";
import { useSession } from "../data/session.tsx";

const OverviewPage = lazy(() => import("../pages/overview/overview-page.tsx"));

export function Home() {
  const { functions } = useSession();
  if (functions.includes("stations:view")) return <OverviewPage />;
  return <Navigate replace to={functions.includes("audit:read") ? "/audit" : "/access"} />;
}
