import { Segmented, Table } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { RangeField } from '../components/DayField';
import { Trouble } from '../components/Trouble';
import type { OfferRow, ServiceRow } from '../contractSupervisor';
import { dayFrom } from '../days';
import { dateName, percent, span, yuan } from '../figures';
import { useLoaded } from '../hooks';
import { csvUrl, type Range } from '../supervisorApi';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

const OfferPlot = lazy(() => import('./OfferPlot'));

const DAYS = 30;

/** 报表: what became of offers, and the service day by day. */
export default function ReportsScreen(): JSX.Element {
  const [tab, setTab] = useState<'offers' | 'service'>('offers');
  const [range, setRange] = useState({ from: dayFrom(Date.now(), 1 - DAYS), to: dayFrom(Date.now()) });
  return (
    <div className="screen" data-testid="reports">
      <header className="screen__head">
        <Segmented
          value={tab}
          options={[
            { value: 'offers', label: T.reports.offers },
            { value: 'service', label: T.reports.service },
          ]}
          onChange={(value) => setTab(value as typeof tab)}
        />
        <RangeField range={range} onChange={setRange} />
        <a className="screen__link" href={csvUrl(tab, range)} download data-testid={`csv-${tab}`}>
          {T.reports.csv}
        </a>
      </header>
      {tab === 'offers' ? <Offers range={range} /> : <Service range={range} />}
    </div>
  );
}

function Offers({ range }: { range: Range }): JSX.Element {
  const { supervisor } = useWorkbench();
  const { value, error, loading, reload } = useLoaded(
    () => supervisor.offerReport(range),
    `offers-${range.from}-${range.to}`,
  );
  const key = (row: OfferRow): string => [row.offer, row.segment, row.staff, row.month].join('|');
  return (
    <>
      {error && <Trouble title={T.reports.offers} error={error} onRetry={reload} />}
      {value && value.length > 0 && (
        <section className="panel">
          <h2>{T.reports.plot}</h2>
          <Suspense fallback={null}>
            <OfferPlot rows={value} />
          </Suspense>
        </section>
      )}
      <Table
        size="small"
        rowKey={key}
        loading={loading}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        dataSource={value ?? []}
        locale={{ emptyText: T.reports.empty }}
        columns={[
          { title: T.reports.offer, dataIndex: 'title' },
          { title: T.reports.segment, dataIndex: 'segment' },
          { title: T.reports.staff, dataIndex: 'staff', width: 90 },
          { title: T.reports.month, dataIndex: 'month', width: 90 },
          { title: T.reports.offered, dataIndex: 'offered', width: 70, align: 'right' },
          { title: T.reports.accepted, dataIndex: 'accepted', width: 70, align: 'right' },
          { title: T.reports.declined, dataIndex: 'declined', width: 76, align: 'right' },
          { title: T.reports.rate, width: 76, align: 'right', render: (_, row) => percent(row.rate) },
          {
            title: T.reports.interval,
            width: 110,
            align: 'right',
            render: (_, row) =>
              row.low === null ? '—' : <span className="quiet">{`${percent(row.low)}–${percent(row.high)}`}</span>,
          },
          { title: T.reports.cost, width: 100, align: 'right', render: (_, row) => yuan(row.cost, true) },
        ]}
      />
    </>
  );
}

function figure(name: string, value: string | number | null | undefined): string {
  if (typeof value !== 'number') return dateName(value ?? null);
  if (name.endsWith('_seconds')) return span(value);
  if (name.endsWith('_share') || name.endsWith('_rate')) return percent(value);
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

function Service({ range }: { range: Range }): JSX.Element {
  const { supervisor } = useWorkbench();
  const { value, error, loading, reload } = useLoaded(
    () => supervisor.serviceReport(range),
    `service-${range.from}-${range.to}`,
  );
  const names = [...new Set((value ?? []).flatMap((row) => Object.keys(row)))];
  return (
    <>
      {error && <Trouble title={T.reports.service} error={error} onRetry={reload} />}
      <Table
        size="small"
        rowKey={(row) => names.slice(0, 3).map((name) => row[name]).join('|')}
        loading={loading}
        scroll={{ x: 'max-content' }}
        pagination={{ pageSize: 31, hideOnSinglePage: true, showSizeChanger: false }}
        dataSource={[...(value ?? [])].reverse()}
        locale={{ emptyText: T.reports.empty }}
        columns={names.map((name) => ({
          title: T.reports.columns[name] ?? name,
          align: name === 'date' ? ('left' as const) : ('right' as const),
          fixed: name === 'date' ? ('left' as const) : undefined,
          render: (_: unknown, row: ServiceRow) => figure(name, row[name]),
        }))}
      />
    </>
  );
}
