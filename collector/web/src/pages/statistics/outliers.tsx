/** Stations whose sales changed otherwise than those of the others. */
import { useQuery } from "@tanstack/react-query";
import { outliersQuery } from "../../data/queries.ts";
import { formatScaled } from "../../format/number.ts";
import { formatWholeLitres } from "../../format/quantity.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import type { Choices } from "./choices.ts";

/** Beyond three times the usual scatter, of a thousand stations three stand out by chance. */
const STANDS_OUT_MILLI = 3_000;
const MOST_SHOWN = 10;

interface Props {
  from: string;
  to: string;
  county: string | undefined;
  choose: (changes: Partial<Choices>) => void;
}

export function Outliers({ from, to, county, choose }: Props) {
  const { t } = useSpeech();
  const nameOf = useStationNames();
  const query = useQuery(outliersQuery({ from, to, county }));
  return (
    <Panel title={t("statistics.outliers")} note={t("statistics.outliersNote")} className="outliers">
      <Answer query={query}>
        {({ items }) => {
          // Where nobody had sold anything before, everybody is new, and that is nothing unusual.
          const isBeginning = items.every(({ beforeCl }) => beforeCl === 0);
          const shown = isBeginning ? [] : items.filter(standsOut).slice(0, MOST_SHOWN);
          if (shown.length === 0) return <Nothing text={t("statistics.noOutliers")} />;
          return (
            <ul>
              {shown.map(({ station, volumeCl, beforeCl, changePermille }) => (
                <li key={station}>
                  <button type="button" className="link-button" onClick={() => choose({ station, by: "nozzle" })}>
                    {nameOf(station)}
                  </button>
                  <span className="faint">
                    {formatWholeLitres(beforeCl)} → {formatWholeLitres(volumeCl)}
                  </span>
                  <strong>{changePermille === null ? t("statistics.new") : changeText(changePermille)}</strong>
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
    </Panel>
  );
}

function standsOut(one: { scoreMilli: number | null; volumeCl: number; beforeCl: number }): boolean {
  if (one.scoreMilli !== null) return Math.abs(one.scoreMilli) >= STANDS_OUT_MILLI;
  return one.volumeCl > 0 !== one.beforeCl > 0;
}

function changeText(permille: number): string {
  const change = permille - 1_000;
  return `${change > 0 ? "+" : ""}${formatScaled(change, 1)} %`;
}
