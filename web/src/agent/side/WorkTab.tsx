import { Collapse } from 'antd';
import { useEffect, useState } from 'react';
import { Section } from '../components/Section';
import { useDesk } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { OrderSearch } from './OrderSearch';
import { ProposalLine } from './ProposalLine';
import { TicketForm } from './TicketForm';
import { TicketNote } from './TicketNote';

interface Props {
  handover: string;
  /** A ticket to which a remark is to be added. */
  ticket: string | null;
  onInsert(text: string): void;
}

/** 办理: tickets and orders, filled from the chat. */
export function WorkTab({ handover, ticket, onInsert }: Props): JSX.Element {
  const { desk } = useWorkbench();
  const proposals = useDesk(desk).rooms[handover]?.proposals ?? [];
  const [open, setOpen] = useState<string[]>(ticket ? ['note'] : ['ticket']);
  const [noted, setNoted] = useState(ticket);
  useEffect(() => {
    if (!ticket) return;
    setNoted(ticket);
    setOpen(['note']);
  }, [ticket]);
  useEffect(() => {
    desk.loadProposals(handover).catch(() => undefined);
  }, [desk, handover]);
  return (
    <div data-testid="work">
      {proposals.length > 0 && (
        <Section title={T.proposal.title}>
          {proposals.map((proposal) => (
            <ProposalLine key={proposal.id} titled handover={handover} proposal={proposal} />
          ))}
        </Section>
      )}
      <Collapse
        ghost
        size="small"
        className="work"
        activeKey={open}
        onChange={(keys) => setOpen(Array.isArray(keys) ? keys : [keys])}
        items={[
          {
            key: 'ticket',
            label: <span data-testid="work-ticket">{T.work.ticket}</span>,
            children: (
              <TicketForm
                handover={handover}
                onInsert={onInsert}
                onNote={(id) => {
                  setNoted(id);
                  setOpen(['note']);
                }}
              />
            ),
          },
          {
            key: 'note',
            label: <span data-testid="work-note">{T.work.note}</span>,
            children: <TicketNote key={noted} handover={handover} ticket={noted} />,
          },
          {
            key: 'order',
            label: <span data-testid="work-order">{T.work.order}</span>,
            children: <OrderSearch handover={handover} />,
          },
        ]}
      />
    </div>
  );
}
