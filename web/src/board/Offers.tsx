import { Table } from 'antd';
import { percent } from '../agent/figures';
import type { Entry } from './contract';
import { B } from './texts';

interface Props {
  accepted: Entry[];
  declined: Entry[];
  onOpen(figure: 'offers' | 'declined', key: string, title: string): void;
}

interface Row {
  key: string;
  title: string;
  accepted: number;
  declined: number;
}

/** Offers that were made: how often accepted and not. */
export function Offers({ accepted, declined, onOpen }: Props): JSX.Element {
  const rows = new Map<string, Row>();
  for (const [name, entries] of [['accepted', accepted], ['declined', declined]] as const) {
    for (const { key, title, count } of entries) {
      const row = rows.get(key) ?? { key, title, accepted: 0, declined: 0 };
      rows.set(key, { ...row, [name]: count });
    }
  }
  const made = ({ accepted: yes, declined: no }: Row): number => yes + no;
  const number = (row: Row, figure: 'offers' | 'declined', count: number): JSX.Element =>
    count ? (
      <button type="button" className="text-button" onClick={() => onOpen(figure, row.key, row.title)}>
        {count.toLocaleString('en-US')}
      </button>
    ) : (
      <>0</>
    );
  return (
    <section className="panel" data-testid="part-offers">
      <h2>{B.offers}</h2>
      {rows.size === 0 ? (
        <p className="panel__empty">{B.offersEmpty}</p>
      ) : (
        <Table
          size="small"
          rowKey="key"
          pagination={{ pageSize: 8, hideOnSinglePage: true, showSizeChanger: false }}
          dataSource={[...rows.values()].sort((a, b) => made(b) - made(a))}
          columns={[
            { title: B.offer, dataIndex: 'title', ellipsis: true },
            { title: B.accepted, width: 66, align: 'right', render: (_, row) => number(row, 'offers', row.accepted) },
            { title: B.declined, width: 74, align: 'right', render: (_, row) => number(row, 'declined', row.declined) },
            {
              title: B.rate,
              width: 66,
              align: 'right',
              render: (_, row) => percent(made(row) ? row.accepted / made(row) : null),
            },
          ]}
        />
      )}
    </section>
  );
}
