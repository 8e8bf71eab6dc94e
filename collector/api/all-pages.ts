/** Reads a list to its end, page by page, for who carries it away as a whole. */

/**
 * @param read one page; its last row is the cursor of the next
 * @param size rows of a full page
 * @param most rows that are read
 * @returns undefined when there are more: a list that was cut looks like a whole one
 */
export async function allPages<Row>(
  read: (limit: number, before: Row | undefined) => Promise<readonly Row[]>,
  size: number,
  most: number,
): Promise<Row[] | undefined> {
  const rows: Row[] = [];
  for (;;) {
    const page = await read(size, rows.at(-1));
    rows.push(...page);
    if (rows.length > most) return undefined;
    if (page.length < size) return rows;
  }
}
