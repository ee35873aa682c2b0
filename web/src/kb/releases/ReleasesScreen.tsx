import { Button, Empty, Skeleton, Table } from 'antd';
import { useEffect, useState } from 'react';
import { Trouble } from '../../agent/components/Trouble';
import { useLoaded } from '../../agent/hooks';
import { useKb } from '../context';
import { runs, type Job, type Release } from '../contract';
import { useJob } from '../hooks';
import { DiffView } from '../parts/DiffView';
import { JobCard } from '../parts/JobCard';
import { K } from '../texts';
import { share, shortTime } from '../times';
import { RollbackDialog } from './RollbackDialog';

const COLOURS: Record<Release['state'], string> = {
  preparing: 'tag tag--gold',
  live: 'tag tag--green',
  written: 'tag tag--violet',
  failed: 'tag tag--red',
};

/** 发布记录: who brought what to the customers when, and the way back. */
export function ReleasesScreen({ open }: { open: string }): JSX.Element {
  const kb = useKb();
  const { value, error, loading, reload } = useLoaded(() => kb.api.releases(), 'releases');
  const [rolling, setRolling] = useState<Release | null>(null);
  const [started, setStarted] = useState<Job | null>(null);
  const going = kb.overview?.job ?? null;
  // One that was under way when this screen was opened, or that somebody else has begun.
  useEffect(() => {
    if (going?.kind === 'rollback') setStarted((held) => (held && Number(held.id) >= Number(going.id) ? held : going));
  }, [going]);
  const job = useJob(kb.api, started, (ended) => {
    if (ended.state === 'done') kb.tell.good(K.releases.rolled);
    reload();
    kb.refreshOverview();
    kb.refreshIntents();
    kb.refreshDraft();
  });
  const figures = (release: Release): string => {
    const cases = release.figures?.cases;
    return cases?.count ? `${share(cases.right_before / cases.count)} → ${share(cases.right_after / cases.count)}` : '—';
  };
  const releases = value ?? [];
  return (
    <div className="kb-page" data-testid="releases">
      {error && <Trouble title={K.releases.failed} error={error} onRetry={reload} />}
      {job && (runs(job) || job.state === 'failed') && <JobCard job={job} title={K.releases.rolling} failed={K.releases.rollFailed} />}
      {loading && !value && <Skeleton active paragraph={{ rows: 8 }} />}
      {value && releases.length === 0 && (
        <div className="kb-empty" data-testid="releases-empty">
          <Empty
            description={
              <>
                <strong>{K.releases.empty}</strong>
                <br />
                {K.releases.emptyBody}
              </>
            }
          />
        </div>
      )}
      {releases.length > 0 && (
        <Table
          size="small"
          className="panel"
          rowKey="id"
          pagination={{ pageSize: 30, hideOnSinglePage: true }}
          dataSource={releases}
          expandable={{
            expandedRowRender: (release) => <ReleaseDetail id={release.id} />,
            defaultExpandedRowKeys: open ? [open] : [],
            expandRowByClick: true,
          }}
          onRow={(release) => ({ 'data-testid': `release-${release.id}` }) as object}
          columns={[
            {
              title: K.releases.what,
              render: (_, release) => (
                <span className="named">
                  <span>
                    <strong>{release.title}</strong>{' '}
                    {release.reverts && <span className="tag tag--gold">{K.releases.reverts(release.reverts)}</span>}
                  </span>
                  <span className="quiet">{K.releases.number(release.id)}</span>
                </span>
              ),
            },
            {
              key: 'state',
              width: 100,
              render: (_, release) => (
                <span className={release.current ? COLOURS.live : COLOURS[release.state]}>
                  {release.current ? K.releases.current : K.releases.states[release.state]}
                </span>
              ),
            },
            {
              title: K.releases.when,
              width: 140,
              render: (_, release) => shortTime(release.live_at ?? release.started_at),
            },
            { title: K.releases.authors, width: 130, render: (_, release) => release.authors.join('、') || '—' },
            { title: K.releases.approved, width: 100, render: (_, release) => release.approved_by ?? '—' },
            { title: K.releases.who, width: 100, render: (_, release) => release.published_by ?? '—' },
            { title: K.releases.figures, width: 150, render: (_, release) => figures(release) },
            {
              key: 'deeds',
              width: 80,
              align: 'right',
              render: (_, release) =>
                kb.mayEdit &&
                release.can_rollback && (
                  <Button
                    size="small"
                    danger
                    data-testid={`rollback-${release.id}`}
                    onClick={(event) => {
                      event.stopPropagation();
                      setRolling(release);
                    }}
                  >
                    {K.releases.roll}
                  </Button>
                ),
            },
          ]}
        />
      )}
      {rolling && (
        <RollbackDialog
          release={rolling}
          onStarted={(next) => {
            setRolling(null);
            setStarted(next);
            kb.refreshOverview();
          }}
          onClose={() => setRolling(null)}
        />
      )}
    </div>
  );
}

function ReleaseDetail({ id }: { id: string }): JSX.Element {
  const kb = useKb();
  const { value, error, reload } = useLoaded(() => kb.api.release(id), `release-${id}`);
  if (error) return <Trouble title={K.releases.failed} error={error} onRetry={reload} />;
  if (!value) return <Skeleton active paragraph={{ rows: 3 }} />;
  const reasons = Object.entries(value.reasons);
  return (
    <div className="release" data-testid={`release-detail-${id}`}>
      {value.failure && <p className="bad">{value.failure}</p>}
      {value.note && (
        <p>
          <b>{K.releases.note}：</b>
          {value.note}
        </p>
      )}
      {reasons.length > 0 && (
        <div>
          <b>{K.releases.reasons}</b>
          <ul>
            {reasons.map(([text, why]) => (
              <li key={text}>
                {text}：{why}
              </li>
            ))}
          </ul>
        </div>
      )}
      {value.diff.length > 0 ? <DiffView diff={value.diff} /> : <p className="quiet">{K.releases.noDiff}</p>}
    </div>
  );
}
