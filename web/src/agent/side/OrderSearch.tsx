import { Button, Empty, Input, Select } from 'antd';
import { useState } from 'react';
import type { Wanted } from '../api';
import type { Offering } from '../contractCustomer';
import { yuan } from '../figures';
import { useDeed, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

type Action = NonNullable<Wanted['action']>;

/** The catalogue, from which something is put before the customer to be confirmed. */
export function OrderSearch({ handover }: { handover: string }): JSX.Element {
  const { api, desk, tell } = useWorkbench();
  const [found, setFound] = useState<Offering[] | null>(null);
  const [action, setAction] = useState<Action>('add');
  const [line, setLine] = useState<string | null>(null);
  const lines = useLoaded(() => api.customer(handover), `lines-${handover}`).value?.lines ?? [];
  const { busy, run } = useDeed(tell.bad);
  const search = (word: string): void => {
    if (word.trim()) void run(async () => setFound(await api.catalogue(word.trim())));
  };
  const propose = (offering: string): void => {
    void run(async () => {
      desk.gotProposal(handover, await api.propose(handover, { offering, action, ...(line && { line }) }));
      tell.good(T.proposal.sent);
    });
  };
  return (
    <div className="form">
      <div className="form__search">
        <Select
          value={action}
          aria-label={T.work.action}
          data-testid="order-action"
          options={Object.entries(T.work.actions).map(([value, label]) => ({ value: value as Action, label }))}
          onChange={setAction}
        />
        <Input.Search
          allowClear
          enterButton
          placeholder={T.work.search}
          loading={busy}
          data-testid="order-search"
          onSearch={search}
        />
      </div>
      {lines.length > 1 && (
        <Select
          allowClear
          aria-label={T.work.line}
          placeholder={T.work.line}
          data-testid="order-line"
          value={line}
          options={lines
            .filter(({ id }) => id)
            .map((one) => ({ value: one.id, label: `${one.kind_title} ${one.number_mask}` }))}
          onChange={(value?: string) => setLine(value ?? null)}
        />
      )}
      {!found && <p className="quiet">{T.work.searchHint}</p>}
      {found?.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={T.work.searchEmpty} />}
      <ul className="rows">
        {found?.map((one) => (
          <li key={one.id}>
            <strong>{one.name}</strong>
            <span className="rows__end">{one.fee === null ? '' : `${yuan(one.fee, true)}${T.customer.perMonth}`}</span>
            <small>
              {[one.kind_title, one.description].filter(Boolean).join(' · ')}
              <Button
                size="small"
                disabled={busy}
                data-testid={`order-${one.id}-propose`}
                onClick={() => propose(one.id)}
              >
                {T.work.propose}
              </Button>
            </small>
          </li>
        ))}
      </ul>
    </div>
  );
}
