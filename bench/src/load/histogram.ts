/** Latencies in microseconds; exact up to 65 ms, then in steps of about 1.6 %. Recording allocates nothing. */
export class Histogram {
  private static readonly exact = 65_536
  private readonly fine = new Uint32Array(Histogram.exact)
  private readonly coarse = new Uint32Array(2_048)
  count = 0

  record(microseconds: number): void {
    this.count++
    if (microseconds < Histogram.exact) this.fine[microseconds | 0]!++
    else this.coarse[Math.min(2_047, (Math.log2(microseconds / Histogram.exact) * 44) | 0)]!++
  }

  /** Microseconds below which the share `p` (0…1) of all lies; NaN when nothing was recorded. */
  percentile(p: number): number {
    if (this.count === 0) return Number.NaN
    let left = Math.ceil(this.count * p)
    for (const [index, here] of this.fine.entries()) {
      left -= here
      if (left <= 0) return index
    }
    for (const [index, here] of this.coarse.entries()) {
      left -= here
      if (left <= 0) return Math.round(Histogram.exact * 2 ** (index / 44))
    }
    return Number.POSITIVE_INFINITY
  }
}
