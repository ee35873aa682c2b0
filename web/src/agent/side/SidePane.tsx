import { Tabs } from 'antd';
import { useState } from 'react';
import { T } from '../texts';
import { CustomerTab } from './CustomerTab';
import { HistoryTab } from './HistoryTab';
import { OffersTab } from './OffersTab';
import { WorkTab } from './WorkTab';

interface Props {
  handover: string | null;
  onInsert(text: string): void;
}

type Tab = 'customer' | 'offers' | 'work' | 'history';

/** Right: the customer, what may be offered, what may be done, and old conversations. */
export function SidePane({ handover, onInsert }: Props): JSX.Element {
  const [chosen, setChosen] = useState<Tab>('customer');
  const [ticket, setTicket] = useState<string | null>(null);
  const tab = handover ? chosen : 'history';
  const tabs = (
    [
      ['customer', handover && <CustomerTab key={handover} handover={handover} onNote={(id) => {
        setTicket(id);
        setChosen('work');
      }} />],
      ['offers', handover && <OffersTab key={handover} handover={handover} onInsert={onInsert} />],
      ['work', handover && <WorkTab key={handover} handover={handover} ticket={ticket} onInsert={onInsert} />],
      ['history', <HistoryTab key="history" />],
    ] as const
  ).filter(([name]) => handover || name === 'history');
  return (
    <aside className="side" aria-label={T.side.label}>
      <Tabs
        activeKey={tab}
        destroyOnHidden={false}
        items={tabs.map(([name, children]) => ({
          key: name,
          label: <span data-testid={`tab-${name}`}>{T.side[name]}</span>,
          children: <div className="side__body">{children}</div>,
        }))}
        onChange={(key) => setChosen(key as Tab)}
      />
    </aside>
  );
}
