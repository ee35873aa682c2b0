import { Button } from 'antd';
import type { Proposal } from '../contractCustomer';
import { useDeed } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  handover: string;
  proposal: Proposal;
  titled?: boolean;
}

/** Where the customer's confirmation stands. It changes by itself: the desk tells. */
export function ProposalLine({ handover, proposal, titled = false }: Props): JSX.Element {
  const { api, desk, tell } = useWorkbench();
  const { busy, run } = useDeed(tell.bad);
  const { id, title, terms, state, receipt, order } = proposal;
  return (
    <div className={`proposal proposal--${state}`} data-testid={`proposal-${id}`} data-state={state} role="status">
      {titled && <strong title={terms}>{title}</strong>}
      <p>
        {state === 'confirmed' && order ? T.proposal.ordered(order) : T.proposal.states[state]}
        {receipt && state === 'confirmed' && <small>{T.proposal.receipt(receipt)}</small>}
        {state === 'asked' && (
          <Button
            size="small"
            type="text"
            loading={busy}
            data-testid={`withdraw-${id}`}
            onClick={() =>
              void run(async () => desk.gotProposal(handover, await api.withdraw(handover, id)))
            }
          >
            {T.offers.withdraw}
          </Button>
        )}
      </p>
    </div>
  );
}
