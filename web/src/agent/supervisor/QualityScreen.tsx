import { Segmented, Table } from 'antd';
import { useState } from 'react';
import { parseUtc, timeLabel } from '../../shared/time';
import { DayField, RangeField } from '../components/DayField';
import { Trouble } from '../components/Trouble';
import { dayFrom } from '../days';
import { useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { ReviewDrawer } from './ReviewDrawer';

const DAYS = 30;

/** 质检: what was drawn, the form, and the figures of each agent. */
export default function QualityScreen(): JSX.Element {
  const { supervisor } = useWorkbench();
  const [tab, setTab] = useState<'sample' | 'figures'>('sample');
  const [range, setRange] = useState({ from: dayFrom(Date.now(), 1 - DAYS), to: dayFrom(Date.now()) });
  const [reviewing, setReviewing] = useState<string | null>(null);
  const [day, setDay] = useState(dayFrom(Date.now()));
  const sample = useLoaded(() => supervisor.sample(day), `sample-${day}`);
  const figures = useLoaded(() => supervisor.figures(range), `figures-${range.from}-${range.to}`);
  return (
    <div className="screen" data-testid="quality">
      <header className="screen__head">
        <Segmented
          value={tab}
          options={[
            { value: 'sample', label: T.quality.sample },
            { value: 'figures', label: T.quality.figures },
          ]}
          onChange={(value) => setTab(value as typeof tab)}
        />
        {tab === 'sample' && (
          <DayField label={T.quality.day} testId="sample-day" value={day} onChange={(next) => next && setDay(next)} />
        )}
        {tab === 'figures' && <RangeField range={range} onChange={setRange} />}
      </header>
      {tab === 'sample' && (
        <>
          {sample.error && <Trouble title={T.quality.sample} error={sample.error} onRetry={sample.reload} />}
          <Table
            size="small"
            rowKey="handover"
            loading={sample.loading}
            pagination={{ pageSize: 20, hideOnSinglePage: true }}
            dataSource={sample.value ?? []}
            locale={{ emptyText: T.quality.empty }}
            columns={[
              { title: T.quality.topic, dataIndex: 'topic_title' },
              { title: T.quality.agent, dataIndex: 'agent', width: 120 },
              { title: T.quality.why, dataIndex: 'why' },
              {
                title: T.quality.closedAt,
                width: 160,
                render: (_, row) => timeLabel(parseUtc(row.closed_at), Date.now()),
              },
              {
                title: T.quality.score,
                width: 90,
                render: (_, row) =>
                  row.score === null ? <span className="quiet">{T.quality.unscored}</span> : <b>{row.score}</b>,
              },
              {
                key: 'deeds',
                width: 80,
                align: 'right',
                render: (_, row) => (
                  <button
                    type="button"
                    className="text-button"
                    data-testid={`review-${row.handover}`}
                    onClick={() => setReviewing(row.handover)}
                  >
                    {row.score === null ? T.quality.review : T.reveal.view}
                  </button>
                ),
              },
            ]}
          />
        </>
      )}
      {tab === 'figures' && (
        <>
          {figures.error && <Trouble title={T.quality.figures} error={figures.error} onRetry={figures.reload} />}
          <Table
            size="small"
            rowKey="staff"
            loading={figures.loading}
            pagination={false}
            dataSource={figures.value ?? []}
            locale={{ emptyText: T.quality.noFigures }}
            columns={[
              { title: T.quality.agent, dataIndex: 'staff' },
              { title: T.quality.count, dataIndex: 'count' },
              { title: T.quality.mean, render: (_, row) => (row.mean === null ? '—' : row.mean.toFixed(1)) },
              {
                title: T.quality.fatals,
                render: (_, row) => (row.fatal ? <b className="bad">{row.fatal}</b> : 0),
              },
            ]}
          />
        </>
      )}
      {reviewing && (
        <ReviewDrawer
          handover={reviewing}
          onDone={(scored) => {
            setReviewing(null);
            if (!scored) return;
            sample.reload();
            figures.reload();
          }}
        />
      )}
    </div>
  );
}
