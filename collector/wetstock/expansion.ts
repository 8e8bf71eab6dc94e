/**
 * How much fuel expands, per degree. From API 2540 table 54B with usual densities (gasoline 740, diesel 835 kg/m³ at
 * 20 °C); products vary by a few per cent around it, which the book allows for.
 */
const GASOLINE = 0.00122;
const DIESEL = 0.00084;

/** Share of the volume per °C. Grades that end in a small number and # with a sign are diesels: 0#, -10#, -35#. */
export function expansionPerC(grade: string): number {
  const number = /^[+-]?(\d+)\s*#/.exec(grade.trim());
  if (number !== null) return Number(number[1]) < 60 ? DIESEL : GASOLINE;
  return /diesel|柴/i.test(grade) ? DIESEL : GASOLINE;
}
