/**
 * A chart as a picture: its title above, the words of who took it below, and the number of the taking once more inside
 * the file. The server gives the mark and puts it on record; without one there is no picture.
 */
import { getInstanceByDom } from "echarts/core";
import { saveFile, send } from "../data/client.ts";
import type { Picture } from "./export-button.tsx";
import { withText } from "./png-text.ts";

/** A picture drawn, and how large it is on the page. */
interface Drawn {
  image: HTMLImageElement;
  width: number;
  height: number;
}

interface Mark {
  id: string;
  words: string[];
}

const SCALE = 2;
const MARGIN = 16;
const TITLE_PX = 18;
const WORDS_PX = 11;
const LINE = 1.5;

/** Asks for a mark, draws, and saves. @throws ApiError when the server gives no mark */
export async function takePicture({ of, title, place }: Picture): Promise<void> {
  const chart = getInstanceByDom(place);
  if (chart === undefined) return;
  const mark = await send<Mark>("POST", "/exports/pictures", { of, title });
  if (mark === undefined) return;
  const image = new Image();
  image.src = chart.getDataURL({ pixelRatio: SCALE, backgroundColor: "#fff" });
  await image.decode();
  const blob = await marked({ image, width: chart.getWidth(), height: chart.getHeight() }, title, mark);
  const bytes = withText(new Uint8Array(await blob.arrayBuffer()), {
    Title: title,
    Comment: mark.words.join("\n"),
    Source: mark.id,
  });
  saveFile(new Blob([bytes as BlobPart], { type: "image/png" }), `${of}-${mark.id}.png`);
}

function marked({ image, width, height }: Drawn, title: string, { words }: Mark): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const head = MARGIN + TITLE_PX * LINE + MARGIN / 2;
  const room = width - 2 * MARGIN;
  const pen = canvas.getContext("2d")!;
  const font = (px: number) => `${px}px "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif`;
  pen.font = font(WORDS_PX);
  const lines = words.flatMap((line) => broken(line, room, (text) => pen.measureText(text).width));
  canvas.width = width * SCALE;
  canvas.height = (height + head + lines.length * WORDS_PX * LINE + 2 * MARGIN) * SCALE;
  pen.scale(SCALE, SCALE);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#12222b";
  pen.font = `600 ${font(TITLE_PX)}`;
  pen.fillText(title, MARGIN, MARGIN + TITLE_PX);
  pen.drawImage(image, 0, head, width, height);
  pen.fillStyle = "#5b6b73";
  pen.font = font(WORDS_PX);
  lines.forEach((line, index) => {
    pen.fillText(line, MARGIN, head + height + MARGIN + WORDS_PX * LINE * (index + 0.5));
  });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/png");
  });
}

/** A text in lines that fit; broken between any two characters, as Chinese is. */
export function broken(text: string, room: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const character of text) {
    if (line !== "" && widthOf(line + character) > room) {
      lines.push(line);
      line = "";
    }
    line += character;
  }
  return [...lines, line];
}
