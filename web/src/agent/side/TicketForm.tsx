import { Alert, Button, Input, Result, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { newId } from '../../shared/ids';
import type { DraftTicket, TicketReceipt } from '../contractCustomer';
import { useDeed, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  handover: string;
  onInsert(text: string): void;
  onNote(ticket: string): void;
}

const EMPTY: DraftTicket = {
  kind: 'complaint',
  title: '',
  description: '',
  severity: 'minor',
  contact_mask: '',
  facts: [],
  duplicate: null,
};
const options = (titles: Record<string, string>, value: string): { value: string; label: string }[] =>
  Object.entries(value in titles || !value ? titles : { ...titles, [value]: value }).map(([id, label]) => ({
    value: id,
    label,
  }));

/** A new ticket, filled from what the chat has gathered. */
export function TicketForm(props: Props): JSX.Element {
  const { api } = useWorkbench();
  const { value, error, reload } = useLoaded(() => api.ticketDraft(props.handover), `draft-${props.handover}`);
  if (!value && !error) return <Skeleton active paragraph={{ rows: 5 }} />;
  return (
    <>
      {error && (
        <Alert
          className="work__failed"
          type="warning"
          message={T.work.draftFailed}
          action={
            <Button size="small" onClick={reload}>
              {T.retry}
            </Button>
          }
        />
      )}
      <Fields key={value ? 'draft' : 'empty'} {...props} draft={value ?? EMPTY} />
    </>
  );
}

function Fields({ handover, onInsert, onNote, draft }: Props & { draft: DraftTicket }): JSX.Element {
  const { api, desk, tell } = useWorkbench();
  const [ticket, setTicket] = useState({
    kind: draft.kind,
    title: draft.title,
    description: draft.description,
    severity: draft.severity || 'minor',
    // One for the form: pressing twice makes one ticket.
    client_id: newId(),
  });
  const [receipt, setReceipt] = useState<TicketReceipt | null>(null);
  const { busy, run } = useDeed(tell.bad);
  const set = (change: Partial<typeof ticket>): void => setTicket({ ...ticket, ...change });
  const submit = (): void => {
    if (!ticket.title.trim() || !ticket.description.trim()) return tell.bad(T.work.needText);
    void run(async () => {
      const made = await api.newTicket(handover, ticket);
      setReceipt(made);
      desk.note(handover, { ticket: made.number ?? made.receipt });
    });
  };
  if (receipt) {
    const words = [T.work.submitted(receipt.receipt), receipt.number ? T.work.number(receipt.number) : '']
      .filter(Boolean)
      .join('，');
    return (
      <Result
        className="work__done"
        status="success"
        title={<span data-testid="ticket-receipt">{words}</span>}
        extra={
          <Button size="small" onClick={() => onInsert(words)}>
            {T.work.tell}
          </Button>
        }
      />
    );
  }
  const { duplicate } = draft;
  return (
    <div className="form" data-testid="ticket-form">
      {duplicate && (
        <Alert
          type="warning"
          showIcon
          message={T.work.duplicate(duplicate.id, duplicate.title)}
          action={
            <Button size="small" onClick={() => onNote(duplicate.id)}>
              {T.work.toNote}
            </Button>
          }
        />
      )}
      <div className="form__pair">
        <label className="field">
          <span>{T.work.kind}</span>
          <Select value={ticket.kind} options={options(T.work.kinds, ticket.kind)} onChange={(kind) => set({ kind })} />
        </label>
        <label className="field">
          <span>{T.work.severity}</span>
          <Select
            value={ticket.severity}
            options={options(T.work.severities, ticket.severity)}
            onChange={(severity) => set({ severity })}
          />
        </label>
      </div>
      <label className="field">
        <span>{T.work.ticketTitle}</span>
        <Input
          maxLength={100}
          data-testid="ticket-title"
          value={ticket.title}
          onChange={(event) => set({ title: event.target.value })}
        />
      </label>
      <label className="field">
        <span>{T.work.description}</span>
        <Input.TextArea
          autoSize={{ minRows: 3, maxRows: 9 }}
          maxLength={1000}
          data-testid="ticket-description"
          value={ticket.description}
          onChange={(event) => set({ description: event.target.value })}
        />
      </label>
      {(draft.facts.length > 0 || draft.contact_mask) && (
        <dl className="facts">
          {draft.contact_mask && (
            <div>
              <dt>{T.work.contact}</dt>
              <dd>{draft.contact_mask}</dd>
            </div>
          )}
          {draft.facts.map((fact) => (
            <div key={fact.label}>
              <dt>{fact.label}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
        </dl>
      )}
      <Button block type="primary" loading={busy} data-testid="ticket-submit" onClick={submit}>
        {T.work.submit}
      </Button>
    </div>
  );
}
