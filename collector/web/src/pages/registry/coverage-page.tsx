/** How far the stations of each county are equipped: what is covered of what is registered. */
import { useQuery } from "@tanstack/react-query";
import type { Coverage } from "../../../../api/registry-schemas.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { coverageQuery } from "./registry-data.ts";
import { Sections } from "./sections.tsx";

type Row = Coverage["total"];

export default function CoveragePage() {
  const { t } = useSpeech();
  const coverage = useQuery(coverageQuery);
  return (
    <>
      <Sections title={t("coverage.title")} />
      <Answer query={coverage}>
        {({ at, counties, total }) => (
          <section className="panel" aria-label={t("coverage.title")}>
            <div className="panel-head">
              <p className="faint">{t("coverage.help")}</p>
              <p className="panel-note">{t("coverage.note", { time: formatDateTime(at) })}</p>
            </div>
            {counties.length === 0 ? (
              <Nothing text={t("coverage.empty")} />
            ) : (
              <Counties rows={counties} total={total} />
            )}
          </section>
        )}
      </Answer>
    </>
  );
}

function Counties({ rows, total }: { rows: Row[]; total: Row }) {
  const { t } = useSpeech();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: where it is wider than the screen, the keyboard scrolls it
    <section className="scroll-x" aria-label={t("registry.coverage")} tabIndex={0}>
      <table className="registry-table coverage">
        <thead>
          <tr>
            <th>{t("field.county")}</th>
            <th className="number">{t("coverage.stations")}</th>
            <th>{t("coverage.withGateway")}</th>
            <th>{t("coverage.live")}</th>
            <th>{t("coverage.dispensers")}</th>
            <th>{t("coverage.tanks")}</th>
            <th>{t("coverage.complete")}</th>
          </tr>
        </thead>
        <tbody>
          {[...rows, { ...total, county: t("coverage.total") }].map((row) => (
            <tr key={row.county} data-testid={`coverage-${row.county}`}>
              <th scope="row">{row.county}</th>
              <td className="number">{row.stations}</td>
              <Share part={row.withGateway} whole={row.stations} />
              <Share part={row.live} whole={row.stations} />
              <Share part={row.dispensersCovered} whole={row.dispensers} />
              <Share part={row.tanksCovered} whole={row.tanks} />
              <Share part={row.complete} whole={row.stations} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** So many of so many, with a bar that says the same. */
function Share({ part, whole }: { part: number; whole: number }) {
  const { t } = useSpeech();
  const percent = whole === 0 ? 0 : Math.round((part / whole) * 100);
  return (
    <td>
      <span className="share">{t("coverage.share", { part, whole })}</span>
      <span className="share-bar" aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
    </td>
  );
}
