import type { DraftState } from '../contract';
import { K } from '../texts';

const COLOURS: Record<DraftState, string> = {
  open: 'tag tag--blue',
  submitted: 'tag tag--gold',
  approved: 'tag tag--green',
  published: 'tag tag--violet',
  discarded: 'tag',
};

export const StateTag = ({ state }: { state: DraftState }): JSX.Element => (
  <span className={COLOURS[state]} data-testid={`state-${state}`}>
    {K.states[state]}
  </span>
);
