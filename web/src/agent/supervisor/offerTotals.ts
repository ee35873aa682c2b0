/** What became of each offer over all segments, agents and months. Pure. */
import type { OfferRow } from '../contractSupervisor';

export interface OfferTotal {
  offer: string;
  title: string;
  accepted: number;
  /** How many answered yes or no. */
  asked: number;
  rate: number;
}

export function byOffer(rows: OfferRow[]): OfferTotal[] {
  const totals = new Map<string, OfferTotal>();
  for (const { offer, title, accepted, declined } of rows) {
    const total = totals.get(offer) ?? { offer, title, accepted: 0, asked: 0, rate: 0 };
    total.accepted += accepted;
    total.asked += accepted + declined;
    total.rate = total.asked ? total.accepted / total.asked : 0;
    totals.set(offer, total);
  }
  return [...totals.values()].sort((a, b) => b.rate - a.rate || b.asked - a.asked);
}
