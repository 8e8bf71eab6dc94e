/** What stands at a station by its entry: dispensers with their nozzles, tanks, seals, gateways. */
import type { ReactNode } from "react";
import type { RegistryEntry } from "../../../../api/registry-schemas.ts";
import { formatCount } from "../../format/number.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Nothing } from "../../parts/waiting.tsx";
import { LicenceDay } from "./licence-day.tsx";

type Entry = RegistryEntry["entry"];

/** A line for each thing, or that there is none. */
function Lines({ children }: { children: ReactNode[] }) {
  const { t } = useSpeech();
  return children.length === 0 ? <Nothing text={t("entry.none")} /> : <ul className="equipment">{children}</ul>;
}

export function Dispensers({ entry }: { entry: Entry }) {
  const { t } = useSpeech();
  return (
    <Lines>
      {entry.dispensers.map(({ device, maker, model, serial, verifiedUntil, nozzles }) => (
        <li key={device} data-testid={`dispenser-${device}`}>
          <p>
            <b className="code">{device}</b> {[maker, model].filter(Boolean).join(" ")}{" "}
            {serial !== undefined && <span className="code faint">{serial}</span>}
          </p>
          <p className="faint">
            {nozzles.map(({ nozzle, grade, tank }) => t("entry.nozzleLine", { nozzle, grade, tank })).join(" · ")}
          </p>
          {verifiedUntil !== undefined && (
            <p className="faint">
              {t("field.verifiedUntil")} <LicenceDay day={verifiedUntil} />
            </p>
          )}
        </li>
      ))}
    </Lines>
  );
}

export function Tanks({ entry }: { entry: Entry }) {
  const { t } = useSpeech();
  return (
    <Lines>
      {entry.tanks.map(({ tank, grade, capacityL, diameterMm, lengthMm, chart }) => (
        <li key={tank}>
          <p>
            <b className="code">{tank}</b> {grade} {formatCount(capacityL)} L
          </p>
          <p className="faint">
            {diameterMm !== undefined && lengthMm !== undefined && `⌀ ${diameterMm} × ${lengthMm} mm · `}
            {t("field.chart")} {chart === undefined ? "–" : t("entry.chartPoints", { points: chart.length })}
          </p>
        </li>
      ))}
    </Lines>
  );
}

export function Seals({ entry }: { entry: Entry }) {
  const { t, language } = useSpeech();
  return (
    <Lines>
      {entry.seals.map(({ seal, place, of, number }) => (
        <li key={seal}>
          <b className="code">{seal}</b> {phraseFor(language, "place", place) ?? place} ·{" "}
          <span className="code">{of}</span> <span className="code faint">{number ?? t("entry.noNumber")}</span>
        </li>
      ))}
    </Lines>
  );
}

export function Gateways({ ids }: { ids: readonly string[] }) {
  return (
    <Lines>
      {ids.map((id) => (
        <li key={id} className="code">
          {id}
        </li>
      ))}
    </Lines>
  );
}
