/**
 * A table on paper: A4 across, its heading on every page, who took it at the top, at the foot and, faint, over all of it.
 * In Noto Sans SC (OFL); only the characters that are used go into the file.
 */
import { FAINT, INK, RULE, SHADE } from "@forecourt/protocol/paper/colours.ts";
import PDFDocument from "pdfkit";
import type { ExportMark } from "../../access/export-mark.ts";
import { paperFont } from "../../cases/papers/font.ts";
import type { Cell, ExportTable } from "./table.ts";

export interface PaperTask extends ExportTable {
  mark: ExportMark;
}

const MARGIN = 36;
const NORMAL = 8;
const PADDING = 3;
/** Rows that say how wide columns are. */
const LOOKED_AT = 300;
/** No column takes more of the width than so many characters would. */
const WIDEST = 46;
const NARROWEST = 4;

/** Sets it. */
export async function paperOf({ title, header, rows, mark }: PaperTask): Promise<Buffer> {
  const doc = new PDFDocument({
    size: "A4",
    layout: "landscape",
    margin: MARGIN,
    bufferPages: true,
    info: {
      Title: title,
      Author: mark.taker,
      Subject: mark.id,
      Keywords: mark.words.join("\n"),
      CreationDate: new Date(mark.atMs),
    },
  });
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => {
    doc.once("end", resolve);
  });
  doc.registerFont("plain", paperFont());
  doc.font("plain").fillColor(INK);
  doc.fontSize(14).text(title);
  doc.fontSize(NORMAL).fillColor(FAINT);
  for (const words of mark.words) doc.text(words);
  doc.fillColor(INK).moveDown(0.6);
  setRows(doc, header, rows);
  finish(doc, mark);
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}

function textOf(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "number" ? cell.toLocaleString("en-US", { maximumFractionDigits: 3 }) : cell;
}

type Doc = PDFKit.PDFDocument;

interface Columns {
  /** points */
  widths: readonly number[];
  /** which of them hold numbers */
  right: ReadonlySet<number>;
}

function setRows(doc: Doc, header: readonly string[], table: readonly (readonly Cell[])[]): void {
  const rows = table.map((row) => row.map(textOf));
  // Numbers stand below each other by their ends.
  const right = new Set(header.keys().filter((index) => table.some((row) => typeof row[index] === "number")));
  const width = doc.page.width - 2 * MARGIN;
  const shares = header.map((title, index) => {
    const longest = Math.max(widthOf(title), ...rows.slice(0, LOOKED_AT).map((row) => widthOf(row[index] ?? "")));
    return Math.min(WIDEST, Math.max(NARROWEST, longest)) + 2;
  });
  const all = shares.reduce((sum, share) => sum + share, 0);
  const columns: Columns = { widths: shares.map((share) => (share / all) * width), right };
  setRow(doc, columns, header, true);
  for (const row of rows) {
    if (doc.y + heightOf(doc, columns.widths, row) > doc.page.height - MARGIN - 12) {
      doc.addPage();
      setRow(doc, columns, header, true);
    }
    setRow(doc, columns, row, false);
  }
  if (rows.length === 0) setRow(doc, { widths: [width], right: new Set() }, ["无 · none"], false);
}

function heightOf(doc: Doc, widths: readonly number[], row: readonly string[]): number {
  const heights = widths.map((width, index) => {
    const text = row[index] ?? "";
    // What surely fits on a line need not be set to know its height.
    if (widthOf(text) * NORMAL * 0.55 < width - 2 * PADDING) return doc.currentLineHeight();
    return doc.heightOfString(text, { width: width - 2 * PADDING });
  });
  return Math.max(...heights) + 2 * PADDING;
}

function setRow(doc: Doc, { widths, right }: Columns, row: readonly string[], isHead: boolean): void {
  const height = heightOf(doc, widths, row);
  const { y } = doc;
  const width = widths.reduce((sum, one) => sum + one, 0);
  if (isHead) doc.rect(MARGIN, y, width, height).fill(SHADE);
  doc.fillColor(isHead ? FAINT : INK);
  let x = MARGIN;
  for (const [index, one] of widths.entries()) {
    doc.text(row[index] ?? "", x + PADDING, y + PADDING, {
      width: one - 2 * PADDING,
      align: right.has(index) ? "right" : "left",
    });
    x += one;
  }
  doc
    .moveTo(MARGIN, y + height)
    .lineTo(MARGIN + width, y + height)
    .lineWidth(0.4)
    .strokeColor(RULE)
    .stroke();
  doc.fillColor(INK).y = y + height;
}

/** The foot and the faint mark of every page. */
function finish(doc: Doc, { taker, id, words }: ExportMark): void {
  const { start, count } = doc.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    doc.switchToPage(page);
    // Below the margin, where text would begin another page.
    doc.page.margins.bottom = 0;
    const { width, height } = doc.page;
    doc.save().rotate(-24, { origin: [width / 2, height / 2] });
    doc.fillOpacity(0.07).fillColor(INK).fontSize(26);
    for (const offset of [-170, 0, 170]) {
      doc.text(`${taker}  ${id}`, 0, height / 2 + offset, { width, align: "center", lineBreak: false });
    }
    doc.restore().fillOpacity(1).fontSize(7).fillColor(FAINT);
    doc.text(words[0] ?? "", MARGIN, height - 26, { width: width - 2 * MARGIN - 60, lineBreak: false });
    doc.text(`${page + 1} / ${count}`, MARGIN, height - 26, {
      width: width - 2 * MARGIN,
      align: "right",
      lineBreak: false,
    });
  }
}

/** Chinese characters are as wide as two others. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += character > "\u2e7f" ? 2 : 1;
  return width;
}
