/** Demo customers that match every word of a query, by name, number, level, story or tag. Pure. */
import type { DemoCustomer } from '../shared/contract';
import { TAGS } from './texts';

export function searchCustomers(customers: DemoCustomer[], query: string): DemoCustomer[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return customers.filter(({ number, name, level, tags, story }) => {
    const text = [number, name, level, story, ...tags, ...tags.map((tag) => TAGS[tag] ?? '')]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
