/** The score as a page that needs nothing else: the table, the bars, and a plot of the time to find and of the litres. */
import type { Held } from "./bars.ts";
import type { Row } from "./summary.ts";

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;color:#1f2733}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid #e3e7ec}th:first-child,td:first-child{text-align:left}
.no{color:#b3261e;font-weight:600}.yes{color:#1c6b3a}svg{max-width:100%;height:auto}`;

/** @param about what was run: seeds, folder, version */
export function reportPage(rows: readonly Row[], held: readonly Held[], about: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Score of the rules</title><style>${STYLE}</style></head><body>
<h1>Score of the rules</h1><p>${html(about)}</p>
<h2>Bars</h2>${barsTable(held)}
<h2>Scenarios</h2>${rowsTable(rows)}
<h2>Hours until a cheat was found</h2><p>Each dot is one cause; the scale is logarithmic. Dots at the right edge were not found.</p>${hoursPlot(rows)}
<h2>Litres said against litres true</h2><p>On the line they agree; the grey band is ± 15 %.</p>${litresPlot(rows)}
</body></html>
`;
}

function barsTable(held: readonly Held[]): string {
  const rows = held.map(
    ({ name, figure, value, bar, kind, reached }) =>
      `<tr><td>${html(name)}</td><td>${html(figure)}</td><td class="${reached ? "yes" : "no"}">${value.toFixed(4)}</td><td>${kind === "least" ? "≥" : "≤"} ${bar}</td></tr>`,
  );
  return `<table><tr><th>bar</th><th>figure</th><th>value</th><th>asked</th></tr>${rows.join("")}</table>`;
}

function rowsTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const litres = row.litresErrorMedian === null ? "" : `${(row.litresErrorMedian * 100).toFixed(1)} %`;
    const hours = row.hoursMedian === null ? "" : row.hoursMedian.toFixed(1);
    const worst = row.hoursWorst === null ? "" : row.hoursWorst.toFixed(1);
    return `<tr><td>${html(row.scenario)}</td><td>${row.stations}</td><td>${row.causes === 0 ? "" : `${row.found} / ${row.causes}`}</td><td>${row.named}</td><td>${hours}</td><td>${worst}</td><td>${litres}</td><td class="${row.wrong > 0 ? "no" : ""}">${row.wrong}</td><td>${row.wrongPerYear.toFixed(2)}</td><td>${row.beside}</td><td>${(row.inconclusiveShare * 100).toFixed(1)} %</td></tr>`;
  });
  const head = [
    "scenario",
    "stations",
    "found",
    "named",
    "hours, median",
    "worst",
    "litres, median error",
    "wrong flags",
    "a station-year",
    "beside",
    "inconclusive",
  ];
  return `<table><tr>${head.map((one) => `<th>${one}</th>`).join("")}</tr>${cells.join("")}</table>`;
}

const LEFT = 220;
const WIDTH = 900;
const HOURS_MOST = 2_000;

function hoursPlot(rows: readonly Row[]): string {
  const ours = rows.filter((row) => row.causes > 0);
  const x = (hours: number) => LEFT + (Math.log10(1 + hours) / Math.log10(1 + HOURS_MOST)) * (WIDTH - LEFT - 30);
  const height = ours.length * 22 + 40;
  const ticks = [0, 1, 6, 24, 48, 168, 720].map(
    (hours) =>
      `<line x1="${x(hours)}" x2="${x(hours)}" y1="0" y2="${height - 30}" stroke="#e3e7ec"/><text x="${x(hours)}" y="${height - 12}" font-size="11" text-anchor="middle">${hours} h</text>`,
  );
  const dots = ours.map((row, index) => {
    const y = index * 22 + 14;
    const marks = row.hours.map((hours) =>
      hours === null
        ? `<circle cx="${WIDTH - 10}" cy="${y}" r="4" fill="#b3261e"/>`
        : `<circle cx="${x(hours)}" cy="${y}" r="4" fill="#2b5f9e" fill-opacity="0.5"/>`,
    );
    return `<text x="${LEFT - 10}" y="${y + 4}" font-size="12" text-anchor="end">${html(row.scenario)}</text>${marks.join("")}`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="hours until found">${ticks.join("")}${dots.join("")}</svg>`;
}

function litresPlot(rows: readonly Row[]): string {
  const size = 520;
  const points = rows.flatMap((row) => row.litres.map((one) => ({ ...one, scenario: row.scenario })));
  const low = 1;
  const high = Math.max(100, ...points.flatMap(({ said, actual }) => [said, actual]));
  const at = (litres: number) => 50 + (Math.log(Math.max(low, litres) / low) / Math.log(high / low)) * (size - 70);
  const up = (litres: number) => size - at(litres);
  const band = `<polygon points="${at(low)},${up(low * 0.85)} ${at(high)},${up(high * 0.85)} ${at(high)},${up(high * 1.15)} ${at(low)},${up(low * 1.15)}" fill="#eef1f4"/>`;
  const diagonal = `<line x1="${at(low)}" y1="${up(low)}" x2="${at(high)}" y2="${up(high)}" stroke="#8a94a0"/>`;
  const dots = points.map(
    ({ said, actual, scenario }) =>
      `<circle cx="${at(actual)}" cy="${up(said)}" r="4" fill="#2b5f9e" fill-opacity="0.6"><title>${html(scenario)}: ${said.toFixed(0)} L said, ${actual.toFixed(0)} L true</title></circle>`,
  );
  const ticks = [1, 10, 100, 1_000, 10_000, 100_000]
    .filter((one) => one <= high)
    .map(
      (one) =>
        `<text x="${at(one)}" y="${size - 25}" font-size="11" text-anchor="middle">${one}</text><text x="40" y="${up(one) + 4}" font-size="11" text-anchor="end">${one}</text>`,
    );
  return `<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="litres said and true" style="max-width:34rem">${band}${diagonal}${dots.join("")}${ticks.join("")}<text x="${size / 2}" y="${size - 6}" font-size="12" text-anchor="middle">true, L</text></svg>`;
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
