/** What every screen of the knowledge editor may use. */
import { createContext, useContext } from 'react';
import type { KbApi } from './api';
import type { PlaceName } from './address';
import type { Draft, Kind, Named, Overview, Row, Vocabulary } from './contract';
import type { Unsaved } from './unsaved';

export interface Kb {
  api: KbApi;
  /** Editors and administrators change things; supervisors read and review. */
  mayEdit: boolean;
  /** Why the draft, the intents or the words are not there, or not as they are now. */
  trouble: string | null;
  retry(): void;
  overview: Overview | null;
  refreshOverview(): void;
  /** The draft that is worked on; empty for none. */
  draftId: string;
  draft: Draft | null;
  chooseDraft(id: string): void;
  /** The draft has changed: asks for it anew. */
  refreshDraft(): void;
  /** The draft to save into; asks which one when none is chosen. Null when the person gives up. */
  needDraft(): Promise<string | null>;
  /** All intents, with the draft's. */
  intents: Row[];
  refreshIntents(): void;
  titleOfIntent(name: string): string;
  words: Vocabulary;
  titleOfEntity(name: string): string;
  unsaved: Unsaved;
  /** Goes to a place, unless something unsaved holds the person back. */
  go(place: PlaceName, key?: string, kind?: Kind): void;
  open(kind: Kind, key: string): void;
  /** While set, leaving asks first. */
  guard(dirty: boolean): void;
  tell: { good(sentence: string, undo?: () => void): void; bad(sentence: string): void };
}

export const KbContext = createContext<Kb | null>(null);

export function useKb(): Kb {
  const kb = useContext(KbContext);
  if (!kb) throw new Error('outside of the knowledge editor');
  return kb;
}

/** Names with the titles that the page knows itself, where the desk has sent none. */
export const named = (sent: Named[], known: Record<string, string>): Named[] =>
  sent.length
    ? sent.map(({ name, title }) => ({ name, title: title && title !== name ? title : (known[name] ?? name) }))
    : Object.entries(known).map(([name, title]) => ({ name, title }));
