/** What every screen of the workbench may use. */
import { createContext, useContext } from 'react';
import type { AgentApi, StaffApi } from './api';
import type { Client } from './client';
import type { Me, Texts } from './contract';
import type { Desk } from './desk';
import type { Keep } from './keep';
import type { SupervisorApi } from './supervisorApi';
import { DECLINE_TITLES, GROUP_TITLES, RESULT_TITLES, ROLE_TITLES, STATE_TITLES } from './texts';

export interface Workbench {
  me: Me;
  desk: Desk;
  keep: Keep;
  /** For pages that bring their own API. */
  client: Client;
  api: AgentApi;
  staff: StaffApi;
  supervisor: SupervisorApi;
  texts: Texts;
  /** Says that something went well, or what went wrong. */
  tell: { good(sentence: string): void; bad(sentence: string): void };
}

export const WorkbenchContext = createContext<Workbench | null>(null);

export function useWorkbench(): Workbench {
  const workbench = useContext(WorkbenchContext);
  if (!workbench) throw new Error('outside of the workbench');
  return workbench;
}

/** The desk's titles over the page's own. */
export function fullTexts(texts: Texts | undefined): Texts {
  return {
    groups: { ...GROUP_TITLES, ...texts?.groups },
    states: { ...STATE_TITLES, ...texts?.states },
    reasons: texts?.reasons ?? {},
    results: { ...RESULT_TITLES, ...texts?.results },
    decline_reasons: Object.keys(texts?.decline_reasons ?? {}).length
      ? (texts?.decline_reasons ?? {})
      : DECLINE_TITLES,
    roles: { ...ROLE_TITLES, ...texts?.roles },
    levels: texts?.levels ?? {},
  };
}
