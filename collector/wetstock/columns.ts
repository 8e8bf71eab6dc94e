/**
 * The columns of a tank's balance. What the book of a tank (volume by the gauge's chart, plus all that was sold) does
 * between deliveries is a sum of these, each with its coefficient:
 *
 *   book = constant + chart functions + expansion + slope in time + gain of each nozzle …
 *
 * A coefficient of a nozzle is a gain of the tank per litre displayed: above zero the customer got less than shown. A
 * slope in time below zero is a loss per hour, also at night: a leak.
 */
import { CHART_FUNCTIONS } from "./cylinder.ts";

export interface Columns {
  nozzles: number;
  /** place of the first chart function */
  chart: number;
  expansion: number;
  hours: number;
  /** litres of each nozzle */
  sold: number;
  /** of these, by night */
  night: number;
  /** of these, beyond the first 20 L of a fuelling */
  beyond: number;
  /** litres of all nozzles while somebody inspected */
  inspected: number;
  /** the book itself: what is explained */
  book: number;
  width: number;
}

/** The layout for a tank with so many nozzles. Column 0 is the constant of a stretch between two deliveries. */
export function columnsOf(nozzles: number): Columns {
  const chart = 1;
  const expansion = chart + CHART_FUNCTIONS;
  const hours = expansion + 1;
  const sold = hours + 1;
  const night = sold + nozzles;
  const beyond = night + nozzles;
  const inspected = beyond + nozzles;
  const book = inspected + 1;
  return { nozzles, chart, expansion, hours, sold, night, beyond, inspected, book, width: book + 1 };
}
