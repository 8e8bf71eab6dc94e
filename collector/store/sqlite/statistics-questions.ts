/** Questions to the tables of sums. */
import type Database from "better-sqlite3";
import { cutMonths } from "../../statistics/spans.ts";
import type { SaleFigure, SaleQuestion, StatisticsStore, TankHour } from "../../statistics/store.ts";
import type { SaleTable } from "../../statistics/sums.ts";
import { ZONE_MS } from "../../wetstock/local-day.ts";

const DAY_MS = 86_400_000;

type Values = (string | number)[];

/** Rows of one table within the question's span. */
interface Piece {
  table: SaleTable;
  where: string;
  values: Values;
}

export function figureQuestions(raw: Database.Database): Pick<StatisticsStore, "sales" | "tankHours"> {
  const tankHours = raw.prepare<[string, string | null, string | null, number, number], TankHourColumns>(
    `SELECT * FROM tank_hour WHERE station = ? AND (? IS NULL OR tank = ?) AND hour_ms >= ? AND hour_ms < ?
     ORDER BY hour_ms, tank`,
  );
  return {
    sales: async (question) => {
      const { text, values } = saleQuery(question);
      return raw.prepare<Values, SaleFigure>(text).all(...values);
    },
    tankHours: async (station, tank, fromMs, untilMs) =>
      tankHours.all(station, tank ?? null, tank ?? null, fromMs, untilMs).map(tankHourOf),
  };
}

/** The question in SQL: what it groups by stands in the text, every value from outside in a parameter. */
function saleQuery(question: SaleQuestion): { text: string; values: Values } {
  const { stations, grades, perStation, perGrade, perNozzle } = question;
  const pieces = piecesOf(question);
  const values: Values = [];
  const selects = pieces.map(({ table, where, values: own }) => {
    values.push(...own, JSON.stringify(stations));
    if (grades !== undefined) values.push(JSON.stringify(grades));
    const nozzle = perNozzle ? "nozzle" : "NULL AS nozzle";
    return `SELECT ${atOf(question, table)} AS at, station, grade, ${nozzle}, sales, volume_cl, amount_fen,
        untrusted_sales, untrusted_volume_cl
      FROM ${table} WHERE ${where} AND station IN (SELECT value FROM json_each(?))
      ${grades === undefined ? "" : "AND grade IN (SELECT value FROM json_each(?))"}`;
  });
  const groups = ["at", perStation && "station", perGrade && "grade", perNozzle && "nozzle"].filter(Boolean);
  const text = `SELECT at, ${perStation ? "station" : "NULL AS station"}, ${perGrade ? "grade" : "NULL AS grade"},
      ${perNozzle ? "nozzle" : "NULL AS nozzle"}, sum(sales) AS sales, sum(volume_cl) AS volumeCl,
      sum(amount_fen) AS amountFen, sum(untrusted_sales) AS untrustedSales, sum(untrusted_volume_cl) AS untrustedVolumeCl
    FROM (${selects.join(" UNION ALL ")}) GROUP BY ${groups.join(", ")} ORDER BY ${groups.join(", ")}`;
  return { text, values };
}

/** Which tables answer: whole months from that of months where days need not be told apart. */
function piecesOf({ span, step, perNozzle }: SaleQuestion): Piece[] {
  const { fromDay, untilDay } = span;
  const days: Piece = {
    table: perNozzle ? "nozzle_day" : "sale_day",
    where: "day BETWEEN ? AND ?",
    values: [fromDay, untilDay],
  };
  const hours = (from: number, until: number): Piece => ({
    table: "sale_hour",
    where: "hour_ms >= ? AND hour_ms < ?",
    values: [from * DAY_MS - ZONE_MS, (until + 1) * DAY_MS - ZONE_MS],
  });
  if (step === "hour") return [hours(fromDay, untilDay)];
  if (step === "day" || perNozzle) return [days];
  const { days: rest, months } = cutMonths(span);
  const pieces: Piece[] = rest.map(({ fromDay: from, untilDay: until }) =>
    step === "hourOfDay" ? hours(from, until) : { ...days, values: [from, until] },
  );
  if (months !== undefined) {
    const { fromMonth, untilMonth } = months;
    pieces.push({ table: "sale_profile", where: "month BETWEEN ? AND ?", values: [fromMonth, untilMonth] });
  }
  return pieces.length > 0 ? pieces : [days];
}

/** The step of time to which a row belongs. */
function atOf({ step }: SaleQuestion, table: SaleTable): string {
  switch (step) {
    case "hour":
      return "hour_ms";
    case "day":
      return "day";
    case "hourOfDay":
      return table === "sale_profile" ? "hour" : `(hour_ms + ${ZONE_MS}) / 3600000 % 24`;
    case "month":
      return table === "sale_profile" ? "month" : MONTH_OF_DAY;
    default:
      return "NULL";
  }
}

const MONTH_OF_DAY = `CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER) * 12
  + CAST(strftime('%m', day * 86400, 'unixepoch') AS INTEGER) - 1`;

interface TankHourColumns {
  station: string;
  tank: string;
  hour_ms: number;
  readings: number;
  low_um: number;
  high_um: number;
  at_ms: number;
  level_um: number;
  volume_cl: number | null;
  temperature_mc: number | null;
}

function tankHourOf(row: TankHourColumns): TankHour {
  const { station, tank, readings } = row;
  return {
    station,
    tank,
    hourMs: row.hour_ms,
    readings,
    lowUm: row.low_um,
    highUm: row.high_um,
    atMs: row.at_ms,
    levelUm: row.level_um,
    volumeCl: row.volume_cl,
    temperatureMc: row.temperature_mc,
  };
}
