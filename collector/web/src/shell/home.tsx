/**
 * The first screen: the stations, or for those who see none the work that is theirs.
 */
import { lazy } from "react";
import { Navigate } from "react-router";
import { useSession } from "../data/session.tsx";

const StationsPage = lazy(() => import("../pages/stations/stations-page.tsx"));

export function Home() {
  const { functions } = useSession();
  if (functions.includes("stations:view")) return <StationsPage />;
  return <Navigate replace to={functions.includes("audit:read") ? "/audit" : "/access"} />;
}
