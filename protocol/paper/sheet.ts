/** Sheets of paper: headings, pairs, tables and pictures, one below the other, in Chinese and English. */
import PDFDocument from "pdfkit";
import { FAINT, INK, RULE, SHADE } from "./colours.ts";
import { isPaperPng, isPng } from "./png.ts";

const MARGIN = 42;
const SMALL = 8;
const NORMAL = 9;
const CELL_PADDING = 4;

/** A column of a table: its heading and its share of the width. */
export interface Column {
  title: string;
  share: number;
}

export class Sheet {
  readonly #doc: PDFKit.PDFDocument;
  readonly #bytes: Promise<Buffer>;

  /** @param info with the bytes of a font (OpenType); only the characters that are used go into the paper */
  constructor(info: { title: string; author: string; at: Date; font: Uint8Array }) {
    const doc = new PDFDocument({
      size: "A4",
      margin: MARGIN,
      bufferPages: true,
      info: { Title: info.title, Author: info.author, CreationDate: info.at },
    });
    this.#doc = doc;
    this.#bytes = new Promise((resolve) => {
      const chunks: Buffer[] = [];
      doc.on("data", (chunk: Buffer) => chunks.push(chunk));
      doc.on("end", () => resolve(Buffer.concat(chunks)));
    });
    doc.registerFont("plain", Buffer.from(info.font));
    doc.font("plain").fontSize(NORMAL).fillColor(INK);
  }

  get #width(): number {
    return this.#doc.page.width - 2 * MARGIN;
  }

  title(text: string, below: string): void {
    this.#doc.fontSize(18).text(text, { align: "center" });
    this.#doc.fontSize(NORMAL).fillColor(FAINT).text(below, { align: "center" });
    this.#doc.fillColor(INK).moveDown(1);
  }

  /** Begins a part; it does not stand alone at the end of a page. @param least room for it and what follows, in points */
  heading(text: string, least = 60): void {
    this.#room(least);
    this.#doc.moveDown(0.8).fontSize(12).text(text, MARGIN);
    const y = this.#doc.y + 2;
    this.#doc
      .moveTo(MARGIN, y)
      .lineTo(MARGIN + this.#width, y)
      .lineWidth(0.8)
      .strokeColor(INK)
      .stroke();
    this.#doc.y = y + 5;
    this.#doc.fontSize(NORMAL);
  }

  paragraph(text: string): void {
    this.#room(30);
    this.#doc.text(text, MARGIN, this.#doc.y, { width: this.#width });
  }

  /** Names and values, two pairs a line. */
  pairs(pairs: readonly (readonly [name: string, value: string])[]): void {
    const half = this.#width / 2;
    for (let index = 0; index < pairs.length; index += 2) {
      const row = pairs.slice(index, index + 2);
      const height = Math.max(...row.map(([, value]) => this.#doc.heightOfString(value, { width: half - 118 })));
      this.#room(height + 6);
      const y = this.#doc.y;
      for (const [place, [name, value]] of row.entries()) {
        const x = MARGIN + place * half;
        this.#doc.fillColor(FAINT).text(name, x, y, { width: 108 });
        this.#doc.fillColor(INK).text(value, x + 110, y, { width: half - 118 });
      }
      this.#doc.y = y + height + 4;
    }
  }

  /** A table; its head comes again on each page. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const total = columns.reduce((sum, { share }) => sum + share, 0);
    const widths = columns.map(({ share }) => (share / total) * this.#width);
    this.#doc.fontSize(SMALL);
    const head = () =>
      this.#row(
        widths,
        columns.map(({ title }) => title),
        "head",
      );
    head();
    for (const row of rows) {
      if (this.#room(this.#heightOf(widths, row))) head();
      this.#row(widths, row, "body");
    }
    if (rows.length === 0) this.#row([this.#width], ["无 · none"], "body");
    this.#doc.fontSize(NORMAL).moveDown(0.4);
  }

  /** Fields side by side, each with something drawn in it and two lines below. */
  signatures(drawn: readonly { path: string; width: number; height: number; name: string; below: string }[]): void {
    const gap = 12;
    const width = (this.#width - 2 * gap) / 3;
    const height = width * 0.4;
    for (let index = 0; index < drawn.length; index += 3) {
      this.#room(height + 44);
      const y = this.#doc.y + 4;
      for (const [place, one] of drawn.slice(index, index + 3).entries()) {
        const x = MARGIN + place * (width + gap);
        this.#doc.rect(x, y, width, height).lineWidth(0.6).strokeColor(RULE).stroke();
        const scale = Math.min(width / one.width, height / one.height);
        this.#doc.save().translate(x, y).scale(scale).path(one.path);
        this.#doc
          .lineWidth(2.2 / scale / 1.6)
          .lineCap("round")
          .lineJoin("round")
          .strokeColor(INK)
          .stroke()
          .restore();
        this.#doc.fontSize(11).text(one.name, x, y + height + 4, { width });
        this.#doc.fontSize(SMALL).fillColor(FAINT).text(one.below, x, this.#doc.y, { width });
        this.#doc.fontSize(NORMAL).fillColor(INK);
      }
      this.#doc.y = y + height + 40;
    }
  }

  /** Fields side by side to be signed by hand. */
  blanks(names: readonly string[]): void {
    const gap = 24;
    const width = (this.#width - (names.length - 1) * gap) / names.length;
    this.#room(64);
    const y = this.#doc.y + 6;
    for (const [place, name] of names.entries()) {
      const x = MARGIN + place * (width + gap);
      this.#doc.fillColor(FAINT).text(name, x, y, { width });
      this.#doc
        .moveTo(x, y + 48)
        .lineTo(x + width, y + 48)
        .lineWidth(0.6)
        .strokeColor(INK)
        .stroke();
    }
    this.#doc.fillColor(INK).y = y + 58;
  }

  /** An empty box to be written into by hand. @param height in points */
  blank(height: number): void {
    this.#room(height + 8);
    const y = this.#doc.y + 2;
    this.#doc.rect(MARGIN, y, this.#width, height).lineWidth(0.6).strokeColor(RULE).stroke();
    this.#doc.y = y + height + 6;
  }

  /** A picture with a line below. One that cannot be read is left out. */
  picture(bytes: Buffer, below: string): void {
    const [width, height] = [this.#width * 0.6, 210];
    this.#room(height + 26);
    const y = this.#doc.y + 4;
    try {
      if (isPng(bytes) && !isPaperPng(bytes)) throw new Error("the picture is damaged");
      this.#doc.image(bytes, MARGIN, y, { fit: [width, height] });
    } catch {
      this.#doc.text("–", MARGIN, y);
    }
    this.#doc
      .fontSize(SMALL)
      .text(below, MARGIN, y + height + 3, { width: this.#width })
      .fontSize(NORMAL);
  }

  /** Numbers the pages and ends the paper. @param foot stands on every page */
  end(foot: string): Promise<Buffer> {
    const { start, count } = this.#doc.bufferedPageRange();
    for (let page = start; page < start + count; page += 1) {
      this.#doc.switchToPage(page);
      // Below the margin, where text would begin another page.
      this.#doc.page.margins.bottom = 0;
      const y = this.#doc.page.height - 28;
      this.#doc.fontSize(7).fillColor(FAINT);
      this.#doc.text(foot, MARGIN, y, { width: this.#width - 60, lineBreak: false });
      this.#doc.text(`${page + 1} / ${count}`, MARGIN, y, { width: this.#width, align: "right", lineBreak: false });
    }
    this.#doc.end();
    return this.#bytes;
  }

  #heightOf(widths: readonly number[], row: readonly string[]): number {
    const heights = row.map((cell, index) =>
      this.#doc.heightOfString(cell || " ", { width: widths[index]! - 2 * CELL_PADDING }),
    );
    return Math.max(...heights) + 2 * CELL_PADDING;
  }

  #row(widths: readonly number[], row: readonly string[], kind: "head" | "body"): void {
    const height = this.#heightOf(widths, row);
    const y = this.#doc.y;
    if (kind === "head") this.#doc.rect(MARGIN, y, this.#width, height).fill(SHADE).fillColor(INK);
    let x = MARGIN;
    for (const [index, cell] of row.entries()) {
      const width = widths[index]!;
      this.#doc
        .fillColor(kind === "head" ? FAINT : INK)
        .text(cell, x + CELL_PADDING, y + CELL_PADDING, { width: width - 2 * CELL_PADDING });
      x += width;
    }
    this.#doc.fillColor(INK).y = y + height;
    this.#doc
      .moveTo(MARGIN, y + height)
      .lineTo(MARGIN + this.#width, y + height)
      .lineWidth(0.4)
      .strokeColor(RULE)
      .stroke();
  }

  /** Makes room on the page. @returns whether another page has begun */
  #room(height: number): boolean {
    if (this.#doc.y + height <= this.#doc.page.height - MARGIN - 10) return false;
    this.#doc.addPage();
    return true;
  }
}
