/** Notices a line that sends our own bytes back: an RS-485 adapter that hears itself, or a plug that loops it back. */

/** Exchanges in a row that began with our own request, before the line counts as echoing. */
const LEAST_ECHOES = 3;

export class EchoWatch {
  #inARow = 0;
  #request: Uint8Array = new Uint8Array(0);
  #heard = 0;
  #differs = false;

  /** A request is being sent. */
  begin(request: Uint8Array): void {
    this.#request = request;
    this.#heard = 0;
    this.#differs = false;
  }

  heard(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.#differs || this.#heard === this.#request.length) return;
      if (byte !== this.#request[this.#heard]) this.#differs = true;
      else this.#heard += 1;
    }
  }

  /** The exchange is over. @returns whether it began with our own bytes */
  end(): boolean {
    const echoed = this.#request.length > 0 && !this.#differs && this.#heard === this.#request.length;
    if (echoed) this.#inARow += 1;
    else if (this.#differs) this.#inARow = 0;
    return echoed;
  }

  get isEchoing(): boolean {
    return this.#inARow >= LEAST_ECHOES;
  }

  /** The line was opened anew. */
  reset(): void {
    this.#inARow = 0;
  }
}
