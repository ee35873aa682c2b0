import { Button, Input, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { newId } from '../../shared/ids';
import { useDeed, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  handover: string;
  ticket: string | null;
}

/** A remark on a ticket that is still being worked on. */
export function TicketNote({ handover, ticket }: Props): JSX.Element {
  const { api, tell } = useWorkbench();
  const customer = useLoaded(() => api.customer(handover), `tickets-${handover}`);
  const [chosen, setChosen] = useState(ticket);
  const [text, setText] = useState('');
  const [clientId, setClientId] = useState(newId);
  const { busy, run } = useDeed(tell.bad);
  if (customer.loading && !customer.value) return <Skeleton active paragraph={{ rows: 2 }} />;
  const open = (customer.value?.tickets ?? []).filter((one) => one.open);
  const options = open.map((one) => ({ value: one.id, label: `${one.title}（${one.id}）` }));
  if (chosen && !open.some((one) => one.id === chosen)) options.push({ value: chosen, label: chosen });
  if (options.length === 0) return <p className="quiet">{customer.error ?? T.work.noOpenTickets}</p>;
  const submit = async (): Promise<void> => {
    if (!chosen) return tell.bad(T.work.pickTicket);
    if (!(await run(() => api.ticketNote(handover, chosen, text.trim(), clientId)))) return;
    setText('');
    setClientId(newId());
    tell.good(T.work.noted);
  };
  return (
    <div className="form">
      <Select
        aria-label={T.work.pickTicket}
        placeholder={T.work.pickTicket}
        data-testid="note-ticket"
        value={chosen}
        options={options}
        onChange={setChosen}
      />
      <Input.TextArea
        rows={3}
        maxLength={500}
        aria-label={T.work.noteText}
        placeholder={T.work.noteText}
        data-testid="note-text"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button
        block
        type="primary"
        loading={busy}
        disabled={!text.trim()}
        data-testid="note-submit"
        onClick={() => void submit()}
      >
        {T.work.noteSubmit}
      </Button>
    </div>
  );
}
