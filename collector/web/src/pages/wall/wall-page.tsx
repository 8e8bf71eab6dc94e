/**
 * A wall display: the prefecture on a screen that nobody touches. It fills the screen, goes on by itself after the network
 * was away, and says how old what it shows is.
 */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { WallPicture } from "../../../../api/map-schemas.ts";
import { ApiError, get, send } from "../../data/client.ts";
import { formatCount } from "../../format/number.ts";
import { formatAmount, formatShare, formatWholeLitres } from "../../format/quantity.ts";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { OpenFlags, SeverityMark } from "../../parts/marks.tsx";
import { stationName } from "../../parts/station-names.ts";
import { StationMap } from "../overview/map/station-map.tsx";
import "./wall.css";
import { WallDoor } from "./wall-door.tsx";
import { codeOf, isOld, openFlagsOf, wallFigures } from "./wall-state.ts";

const REPEAT_MS = 5_000;
/** A page that runs for weeks begins anew once a day: a new version of it is taken up, and nothing piles up. */
const PAGE_LIFE_MS = 86_400_000;
const TICK_MS = 1_000;

export default function WallPage() {
  const picture = useQuery({
    queryKey: ["wall"],
    queryFn: () => get<WallPicture>("/wall"),
    refetchInterval: REPEAT_MS,
    refetchIntervalInBackground: true,
    // Whether the browser thinks that it is online says little on a wall.
    networkMode: "always",
    retry: false,
  });
  const nowMs = useNow();
  const opening = useOpening(() => void picture.refetch());
  useRenewal(picture.isSuccess);
  const isClosed = picture.error instanceof ApiError && isRefusal(picture.error);
  if (isClosed) return <WallDoor refused={opening} opened={() => void picture.refetch()} />;
  return picture.data === undefined ? (
    <Waiting failed={picture.isError} />
  ) : (
    <Wall picture={picture.data} nowMs={nowMs} gotMs={picture.dataUpdatedAt} failed={picture.isError} />
  );
}

/** The screen has no right to it any more, or not yet. */
function isRefusal({ problem }: ApiError): boolean {
  return problem?.status === 401 || problem?.status === 403;
}

function useNow(): number {
  const [nowMs, setNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(ticking);
  }, []);
  return nowMs;
}

/** Brings the code that the address carries, once. @returns why it was refused */
function useOpening(opened: () => void): string | undefined {
  const [refused, setRefused] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    const code = codeOf(window.location.hash);
    if (code === undefined) return;
    // The code is worth nothing any more, and need not stand on a screen.
    window.history.replaceState(null, "", window.location.pathname);
    send("POST", "/wall-session", { code }).then(opened, (error: unknown) => setRefused(String(error)));
  }, []);
  return refused;
}

function useRenewal(isWell: boolean): void {
  const [sinceMs] = useState(Date.now);
  useEffect(() => {
    if (!isWell) return undefined;
    const left = Math.max(sinceMs + PAGE_LIFE_MS - Date.now(), TICK_MS);
    const renewing = setTimeout(() => window.location.reload(), left);
    return () => clearTimeout(renewing);
  }, [isWell, sinceMs]);
}

function Waiting({ failed }: { failed: boolean }) {
  const { t } = useSpeech();
  return (
    <main className="wall wall-waiting" data-testid="wall-waiting">
      <p>{t(failed ? "wall.unreachable" : "common.loading")}</p>
    </main>
  );
}

interface WallProps {
  picture: WallPicture;
  nowMs: number;
  /** when the picture came, epoch ms */
  gotMs: number;
  failed: boolean;
}

function Wall({ picture, nowMs, gotMs, failed }: WallProps) {
  const { t } = useSpeech();
  const { volumeCl, amountFen, sales, online } = wallFigures(picture.stations);
  return (
    <main className="wall" data-testid="wall">
      <title>{`${t("wall.title")} · ${t("product.name")}`}</title>
      <header className="wall-head">
        <h1>{t("product.name")}</h1>
        <p>{picture.name}</p>
        {isOld(nowMs, gotMs, failed) ? (
          <p className="wall-old" role="alert" data-testid="wall-old">
            {t("wall.old", { time: formatDateTime(picture.at) })}
          </p>
        ) : (
          <p className="wall-fresh">{t("wall.at", { time: formatDateTime(picture.at).slice(11) })}</p>
        )}
        <time className="wall-clock">{formatDateTime(new Date(nowMs).toISOString())}</time>
      </header>
      <div className="wall-map">
        <StationMap stations={picture.stations} base="/wall/map" tone="dark" still />
      </div>
      <dl className="wall-figures">
        <Figure name={t("stations.todayVolume")} value={formatWholeLitres(volumeCl)} />
        <Figure name={t("stations.todayAmount")} value={formatAmount(amountFen).replace(/\.\d\d$/, "")} />
        <Figure name={t("stations.todaySales")} value={formatCount(sales)} />
        <Figure
          name={t("stations.online")}
          value={formatShare(online, picture.stations.length)}
          note={`${formatCount(online)} / ${formatCount(picture.stations.length)}`}
        />
      </dl>
      <section className="wall-part wall-departments">
        <h2>
          {t("overview.byDepartment")} <OpenFlags counts={openFlagsOf(picture.departments)} />
        </h2>
        <Departments departments={picture.departments} />
      </section>
      <section className="wall-part wall-flags">
        <h2>{t("stations.latestFlags")}</h2>
        <Flags picture={picture} />
      </section>
    </main>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {note !== undefined && <small>{note}</small>}
      </dd>
    </div>
  );
}

function Departments({ departments }: Pick<WallPicture, "departments">) {
  const { t, language } = useSpeech();
  if (departments.length === 0) return <p className="wall-quiet">{t("flags.noneOpen")}</p>;
  return (
    <ul>
      {departments.map(({ department, ...open }) => (
        <li key={department}>
          <span>{phraseFor(language, "department", department) ?? department}</span>
          <OpenFlags counts={open} />
        </li>
      ))}
    </ul>
  );
}

function Flags({ picture: { flags, stations } }: { picture: WallPicture }) {
  const { t, language } = useSpeech();
  if (flags.length === 0) return <p className="wall-quiet">{t("flags.noneOpen")}</p>;
  const nameOf = (id: string) => {
    const station = stations.find((one) => one.id === id);
    return station === undefined ? id : stationName(station, language);
  };
  return (
    <ul>
      {flags.map(({ id, severity, title, station, from }) => (
        <li key={id}>
          <SeverityMark severity={severity} />
          <span className="wall-flag">{title[language]}</span>
          <span className="wall-where">{nameOf(station)}</span>
          <time>{formatDateTime(from).slice(5, 16)}</time>
        </li>
      ))}
    </ul>
  );
}
