/** What must outlive a reload or a lost session: typed drafts and unsent lines, per person and chat, in this tab. */
import { isObject, list, words } from '../shared/read';
import { readJson, type Store } from '../shared/storage';

export interface Unsent {
  clientId: string;
  text: string;
  at: number;
}

export class Keep {
  private readonly root: string;

  constructor(
    private readonly store: Store,
    staff: string,
  ) {
    this.root = `wanhao.agent.${staff}`;
  }

  draft(handover: string): string {
    return this.store.get(`${this.root}.draft.${handover}`) ?? '';
  }

  keepDraft(handover: string, text: string): void {
    const key = `${this.root}.draft.${handover}`;
    if (text) this.store.set(key, text);
    else this.store.remove(key);
  }

  unsent(): Record<string, Unsent[]> {
    const held = readJson(this.store, `${this.root}.unsent`);
    if (!isObject(held)) return {};
    return Object.fromEntries(
      Object.entries(held).map(([handover, items]) => [
        handover,
        list(items)
          .filter(isObject)
          .map((item) => ({ clientId: words(item.clientId), text: words(item.text), at: Number(item.at) || 0 }))
          .filter((item) => item.clientId && item.text),
      ]),
    );
  }

  keepUnsent(items: Record<string, Unsent[]>): void {
    const full = Object.fromEntries(Object.entries(items).filter(([, list]) => list.length > 0));
    if (Object.keys(full).length) this.store.set(`${this.root}.unsent`, JSON.stringify(full));
    else this.store.remove(`${this.root}.unsent`);
  }
}
