/** Even ports of a range, each followed by an odd one for RTCP. What was given back is taken again last: late packets of the call before must not be heard in the next. */
export class PortPool {
  readonly size: number;
  readonly #free: number[] = [];

  constructor(range: { min: number; max: number }) {
    const first = range.min + (range.min % 2);
    for (let port = first; port + 1 <= range.max; port += 2) this.#free.push(port);
    this.size = this.#free.length;
  }

  take(): number | null { return this.#free.shift() ?? null; }
  release(port: number): void { this.#free.push(port); }
}
