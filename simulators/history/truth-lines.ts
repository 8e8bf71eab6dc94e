/** Lines of the truth file: a year has a hundred thousand sales, which are put down value by value as records are. */
import type { SaleEvent, TruthLine } from "../truth/events.ts";
import { readable } from "../truth/truth-file.ts";
import { FastClock } from "./fast-clock.ts";
import { LineBuffer } from "./line-buffer.ts";

/** Before each value of an ordinary sale, in the order in which the event has them. */
const SALE = {
  begin: Buffer.from('{"at":'),
  nozzle: Buffer.from(',"event":"sale","nozzle":"'),
  tank: Buffer.from('","tank":"'),
  volumeCl: Buffer.from('","volumeCl":'),
  amountFen: Buffer.from(',"amountFen":'),
  unitPriceFen: Buffer.from(',"unitPriceFen":'),
  onWire: Buffer.from(',"onWire":true,"totalAfterCl":'),
  offWire: Buffer.from(',"onWire":false,"totalAfterCl":'),
  totalAmountAfterFen: Buffer.from(',"totalAmountAfterFen":'),
  trueUl: Buffer.from(',"trueUl":'),
  end: Buffer.from("}\n"),
} as const;

export class TruthLines {
  readonly #buffer: LineBuffer;
  readonly #clock = new FastClock();

  constructor(write: (bytes: Uint8Array) => void) {
    this.#buffer = new LineBuffer(write);
  }

  /** Writes an event as {@link readable} has it. */
  tell(line: TruthLine): void {
    if (line.event === "sale" && isOrdinary(line)) this.#sale(line);
    else this.#buffer.line(Buffer.from(`${JSON.stringify(readable(line))}\n`));
  }

  #sale(sale: SaleEvent): void {
    const buffer = this.#buffer;
    buffer.begin();
    buffer.bytes(SALE.begin);
    this.#clock.write(sale.at, buffer);
    buffer.bytes(SALE.nozzle);
    buffer.text(sale.nozzle);
    buffer.bytes(SALE.tank);
    buffer.text(sale.tank);
    buffer.bytes(SALE.volumeCl);
    buffer.integer(sale.volumeCl);
    buffer.bytes(SALE.amountFen);
    buffer.integer(sale.amountFen);
    buffer.bytes(SALE.unitPriceFen);
    buffer.integer(sale.unitPriceFen);
    buffer.bytes(sale.onWire ? SALE.onWire : SALE.offWire);
    buffer.integer(sale.totalAfterCl);
    buffer.bytes(SALE.totalAmountAfterFen);
    buffer.integer(sale.totalAmountAfterFen);
    buffer.bytes(SALE.trueUl);
    buffer.integer(sale.trueUl);
    buffer.bytes(SALE.end);
  }

  flush(): void {
    this.#buffer.flush();
  }
}

/** Whether a sale has no field beyond those that every sale has; names of nozzles and tanks need no escaping. */
function isOrdinary({ wireVolumeCl, cheats, elsewhere, test }: SaleEvent): boolean {
  return wireVolumeCl === undefined && cheats === undefined && elsewhere === undefined && test === undefined;
}
