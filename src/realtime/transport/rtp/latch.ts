export interface Address { address: string; port: number }

const same = (a: Address | undefined, b: Address): boolean => a !== undefined && a.address === b.address && a.port === b.port;

/** Packets in a row that somebody must send who is not where SDP says: more than garbage does by chance. */
const PROBATION = 3;

/*
 *             a packet from SDP's address, or three in a row from another           another address in SDP
 *   open ──────────────────────────────────────────────────────────────▶ latched ─────────────────────────▶ open
 * Symmetric RTP (RFC 4961): behind NAT the address in SDP is not where packets come from, so the first sender decides, once.
 * After that, strangers can neither be heard nor have audio sent to them.
 */
export class Latch {
  #announced: Address | undefined;
  #latched: Address | undefined;
  #candidate: (Address & { ssrc: number; sequence: number; packets: number }) | undefined;

  /** Where to send: where packets come from, else what SDP says. */
  get target(): Address | undefined { return this.#latched ?? this.#announced; }

  announce(address: Address | undefined): void {
    if (address && same(this.#announced, address)) return; // a re-INVITE that moves nothing must not reopen the door
    this.#announced = address;
    this.#latched = undefined;
    this.#candidate = undefined;
  }

  /** Whether a packet from there counts. */
  admits(from: Address, packet: { ssrc: number; sequence: number }): boolean {
    if (!this.#announced) return false; // before an answer is known nobody is expected
    if (!this.#latched && (same(this.#announced, from) || this.#onProbation(from, packet))) this.#latched = { address: from.address, port: from.port };
    return same(this.#latched, from);
  }

  #onProbation(from: Address, { ssrc, sequence }: { ssrc: number; sequence: number }): boolean {
    const candidate = this.#candidate;
    const goesOn = same(candidate, from) && candidate!.ssrc === ssrc && candidate!.sequence === ((sequence - 1) & 0xffff);
    const packets = goesOn ? candidate!.packets + 1 : 1;
    this.#candidate = { address: from.address, port: from.port, ssrc, sequence, packets };
    return packets >= PROBATION;
  }
}
