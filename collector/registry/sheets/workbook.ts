/**
 * Writes a plain XLSX workbook: a bold header that stays in sight, columns wide enough. Every cell is typed as text, or as
 * the number that it is, so that nothing in it is ever a formula. The parts are those of ECMA-376, and no more than needed.
 */
import { zipSync } from "fflate";
import type { ExportMark } from "../../access/export-mark.ts";

export interface Sheet {
  name: string;
  /** lines above the header */
  top?: readonly string[];
  header: readonly string[];
  rows: readonly (readonly SheetCell[])[];
}

/** null: the cell is empty */
export type SheetCell = string | number | null;

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const PROPERTIES = "docProps/core.xml";
const PROPERTIES_TYPE = "application/vnd.openxmlformats-package.core-properties+xml";
const BOLD = 1;
/** Text that stays text when somebody edits it. */
const PLAIN = 2;
const WIDEST = 40;

/**
 * @param sheets at least one; names are at most 31 characters without brackets and slashes
 * @param mark who took it, for the document's properties
 */
export function writeWorkbook(sheets: readonly Sheet[], mark?: ExportMark): Buffer {
  const parts: Record<string, string> = {
    "[Content_Types].xml": contentTypes(sheets.length, mark !== undefined),
    "_rels/.rels": relationships([["officeDocument", "xl/workbook.xml"]], mark !== undefined),
    "xl/workbook.xml": workbookPart(sheets),
    "xl/_rels/workbook.xml.rels": relationships([
      ...sheets.map((_, index): [string, string] => ["worksheet", `worksheets/sheet${index + 1}.xml`]),
      ["styles", "styles.xml"],
    ]),
    "xl/styles.xml": STYLES,
  };
  sheets.forEach((sheet, index) => {
    parts[`xl/worksheets/sheet${index + 1}.xml`] = sheetPart(sheet);
  });
  if (mark !== undefined) parts[PROPERTIES] = propertiesPart(mark);
  const files = Object.entries(parts).map(([name, xml]) => [name, Buffer.from(DECLARATION + xml, "utf8")] as const);
  return Buffer.from(zipSync(Object.fromEntries(files)));
}

function contentTypes(sheets: number, isMarked: boolean): string {
  const overrides = [
    ["/xl/workbook.xml", "sheet.main+xml"],
    ["/xl/styles.xml", "styles+xml"],
    ...Array.from({ length: sheets }, (_, index) => [`/xl/worksheets/sheet${index + 1}.xml`, "worksheet+xml"]),
  ].map(([part, type]) => `<Override PartName="${part}" ContentType="${TYPE}.${type}"/>`);
  const relations = `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`;
  const core = isMarked ? `<Override PartName="/${PROPERTIES}" ContentType="${PROPERTIES_TYPE}"/>` : "";
  return `<Types xmlns="${PACKAGE}/content-types">${relations}${overrides.join("")}${core}</Types>`;
}

function relationships(targets: readonly (readonly [string, string])[], isMarked = false): string {
  const list = targets.map(
    ([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  const core = isMarked
    ? `<Relationship Id="rIdCore" Type="${PACKAGE}/relationships/metadata/core-properties" Target="${PROPERTIES}"/>`
    : "";
  return `<Relationships xmlns="${PACKAGE}/relationships">${list.join("")}${core}</Relationships>`;
}

/** What a file manager shows of the document: who took it, when, and under which number. */
function propertiesPart({ id, taker, words, atMs }: ExportMark): string {
  const names = `xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"`;
  const terms = `xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`;
  const made = `${new Date(atMs).toISOString().slice(0, "2026-03-01T00:00:00".length)}Z`;
  return [
    `<cp:coreProperties ${names} ${terms}><dc:creator>${escaped(taker)}</dc:creator>`,
    `<dc:description>${escaped(words.join("\n"))}</dc:description><dc:identifier>${escaped(id)}</dc:identifier>`,
    `<dcterms:created xsi:type="dcterms:W3CDTF">${made}</dcterms:created></cp:coreProperties>`,
  ].join("");
}

function workbookPart(sheets: readonly Sheet[]): string {
  const list = sheets.map(
    ({ name }, index) => `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  return `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${list.join("")}</sheets></workbook>`;
}

const STYLES = [
  `<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="等线"/></font>`,
  `<font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>`,
  `<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>`,
  `<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>`,
  // 49 is the built-in format of text.
  `<xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`,
].join("");

function sheetPart({ top = [], header, rows }: Sheet): string {
  const widths = header.map((title, index) => {
    const longest = Math.max(...[title, ...rows.slice(0, 200).map((row) => row[index] ?? "")].map(widthOf));
    return `<col min="${index + 1}" max="${index + 1}" width="${Math.min(WIDEST, longest + 3)}" customWidth="1"/>`;
  });
  const head = top.length + 1;
  const lines = [...top.map((line) => [line]), header, ...rows].map((row, index) => {
    const style = index + 1 === head ? BOLD : PLAIN;
    const cells = row.map((cell, column) => cellPart(cell, `${columnName(column)}${index + 1}`, style));
    return `<row r="${index + 1}">${cells.join("")}</row>`;
  });
  const pane = `<pane ySplit="${head}" topLeftCell="A${head + 1}" state="frozen"/>`;
  const frozen = `<sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>`;
  const cols = widths.length === 0 ? "" : `<cols>${widths.join("")}</cols>`;
  return `<worksheet xmlns="${MAIN}">${frozen}${cols}<sheetData>${lines.join("")}</sheetData></worksheet>`;
}

function cellPart(cell: SheetCell, at: string, style: number): string {
  if (cell === "" || cell === null) return "";
  if (typeof cell === "number") return `<c r="${at}"><v>${cell}</v></c>`;
  return `<c r="${at}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
}

/** Chinese characters are as wide as two others. */
function widthOf(cell: string | number): number {
  return [...String(cell)].reduce((sum, character) => sum + (character > "\u2e7f" ? 2 : 1), 0);
}

function columnName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last;
}

/** What XML does not allow at all is left out. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
