/** The wetstock reconciliation of a tank by days: opening, delivered, sold, closing, and what they leave unexplained. */
import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import type { Reconciliation as Line } from "../../../../api/device-schemas.ts";
import { get } from "../../data/client.ts";
import { formatShare, formatVolume, MISSING } from "../../format/quantity.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";

/** More than this share of what was sold is worth a look, permille; a gauge and a warm day make less. */
const WORTH_PERMILLE = 10;

export function Reconciliation({ station }: { station: string }) {
  const books = useQuery({
    queryKey: ["reconciliation", station],
    queryFn: () => get<{ items: Line[] }>(`/stations/${encodeURIComponent(station)}/reconciliation`),
    refetchInterval: 60_000,
  });
  return <Answer query={books}>{({ items }) => <Books lines={items.filter(saysSomething)} />}</Answer>;
}

/** Before a station was installed there is nothing to tell. */
function saysSomething({ openingCl, closingCl, soldCl, deliveries }: Line): boolean {
  return openingCl !== null || closingCl !== null || soldCl > 0 || deliveries > 0;
}

function Books({ lines }: { lines: Line[] }) {
  const { t } = useSpeech();
  const tanks = [...new Set(lines.map(({ tank }) => tank))];
  const [chosen, choose] = useState(tanks[0]);
  if (chosen === undefined) return <Nothing text={t("books.none")} />;
  return (
    <>
      <Segmented
        aria-label={t("books.tank")}
        value={chosen}
        onChange={choose}
        options={tanks.map((tank) => ({
          value: tank,
          label: `${tank} ${lines.find((line) => line.tank === tank)?.grade}`,
        }))}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than a phone must be reached without a mouse */}
      <section className="books" tabIndex={0} aria-label={t("books.title")}>
        <table data-testid="reconciliation">
          <thead>
            <tr>
              <th scope="col">{t("books.day")}</th>
              {(["opening", "delivered", "sold", "closing", "difference"] as const).map((name) => (
                <th key={name} scope="col" className="right">
                  {t(`books.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines
              .filter(({ tank }) => tank === chosen)
              .map((line) => (
                <Day key={line.day} line={line} />
              ))}
          </tbody>
        </table>
      </section>
      <p className="faint books-note">{t("books.note")}</p>
    </>
  );
}

function Day({ line: { day, openingCl, deliveries, deliveredCl, soldCl, closingCl, differenceCl } }: { line: Line }) {
  const isLarge = differenceCl !== null && soldCl > 0 && Math.abs(differenceCl) * 1000 > soldCl * WORTH_PERMILLE;
  const share = differenceCl === null || soldCl === 0 ? "" : ` (${formatShare(Math.abs(differenceCl), soldCl)})`;
  return (
    <tr>
      <th scope="row">{day.slice(5)}</th>
      <td className="right">{formatVolume(openingCl)}</td>
      <td className="right">{deliveries === 0 ? MISSING : formatVolume(deliveredCl)}</td>
      <td className="right">{formatVolume(soldCl)}</td>
      <td className="right">{formatVolume(closingCl)}</td>
      <td className={`right ${isLarge ? "tone-warn" : ""}`}>
        {formatVolume(differenceCl)}
        <small>{share}</small>
      </td>
    </tr>
  );
}
