/** What was typed and not saved, per person, draft and object, in this tab. */
import { isObject, shape, titles, words } from '../shared/read';
import { readJson, type Store } from '../shared/storage';
import type { Kind, Value } from './contract';

export interface Kept {
  value: Value;
  /** The version that the typing began with. */
  version: number;
  /** What was live then: the base of a change that the draft does not hold yet. */
  live: Value | null;
  key: string;
}

/** What somebody writes about a draft: why fixed cases may break, and what goes with it to the review, or back from there. */
const readRemarks = shape({ reasons: titles, note: words, review: words });
export type Remarks = ReturnType<typeof readRemarks>;

export class Unsaved {
  constructor(
    private readonly store: Store,
    private readonly staff: string,
  ) {}

  private name(draft: string, kind: Kind, key: string): string {
    return `wanhao.kb.${this.staff}.${draft || '-'}.${kind}.${key}`;
  }

  read(draft: string, kind: Kind, key: string): Kept | null {
    const held = readJson(this.store, this.name(draft, kind, key));
    if (!isObject(held) || !isObject(held.value)) return null;
    const live = isObject(held.live) ? held.live : null;
    return { value: held.value, version: Number(held.version) || 0, live, key: words(held.key) };
  }

  keep(draft: string, kind: Kind, key: string, kept: Kept | null): void {
    if (kept) this.store.set(this.name(draft, kind, key), JSON.stringify(kept));
    else this.store.remove(this.name(draft, kind, key));
  }
  remarks(draft: string): Remarks {
    return readRemarks(readJson(this.store, `wanhao.kb.${this.staff}.${draft}.remarks`));
  }

  keepRemarks(draft: string, remarks: Remarks | null): void {
    const name = `wanhao.kb.${this.staff}.${draft}.remarks`;
    if (remarks) this.store.set(name, JSON.stringify(remarks));
    else this.store.remove(name);
  }
}
