/** Dates as the tax port knows them: plain calendar figures without a zone. */

/** Days in `month` (1 to 12) of `year`. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** `value` in decimal, zero-padded to `width`. */
export function padded(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/**
 * Splits "YYYY-MM-DD", "YYYY-MM" or "YYYY-MM-DDThh:mm" into its digits, checked against the calendar.
 * @throws RangeError when the text has another shape or is no date.
 */
export function calendarDigits(text: string, shape: "month" | "date" | "minute"): string {
  const shapes = { month: /^\d{4}-\d{2}$/, date: /^\d{4}-\d{2}-\d{2}$/, minute: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/ };
  const digits = text.replace(/[-T:]/g, "");
  const [year, month, day, hour, minute] = [
    Number(digits.slice(0, 4)),
    Number(digits.slice(4, 6)),
    Number(digits.slice(6, 8) || 1),
    Number(digits.slice(8, 10)),
    Number(digits.slice(10, 12)),
  ];
  const real =
    shapes[shape].test(text) &&
    year >= 1 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month) &&
    hour <= 23 &&
    minute <= 59;
  if (!real) throw new RangeError(`"${text}" is not a ${shape} of the calendar`);
  return digits;
}
