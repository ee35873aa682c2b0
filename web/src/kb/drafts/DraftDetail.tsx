import { App as AntApp, Button, Skeleton, Steps, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { Section } from '../../agent/components/Section';
import { Trouble } from '../../agent/components/Trouble';
import { useDeed, useLoaded } from '../../agent/hooks';
import { newId } from '../../shared/ids';
import { useKb } from '../context';
import { runs, type Draft, type Finding, type Job } from '../contract';
import { useJob } from '../hooks';
import { JobCard } from '../parts/JobCard';
import { StateTag } from '../parts/StateTag';
import { K } from '../texts';
import { shortTime } from '../times';
import { useTakeBack } from '../undo';
import type { Remarks } from '../unsaved';
import { ChangeList } from './ChangeList';
import { ConflictList } from './ConflictList';
import { PublishPanel } from './PublishPanel';
import { ReportView } from './ReportView';
import { ReviewPanel } from './ReviewPanel';
import { SubmitPanel } from './SubmitPanel';

interface Props {
  draftId: string;
  onChanged(): void;
}

/** How far a draft is: changes, trained, submitted, approved, published. */
function stepOf(draft: Draft): number {
  if (draft.state === 'published') return 5;
  if (draft.state === 'approved') return 4;
  if (draft.state === 'submitted') return 3;
  if (draft.report && !draft.report_stale) return 2;
  return draft.changes.length ? 1 : 0;
}

export function DraftDetail({ draftId, onChanged }: Props): JSX.Element {
  const kb = useKb();
  const { api, tell } = kb;
  const { modal } = AntApp.useApp();
  const { value: draft, error, reload } = useLoaded(() => api.draft(draftId), `draft-${draftId}`);
  const [started, setStarted] = useState<Job | null>(null);
  const [findings, setFindings] = useState<Record<string, Finding[]> | null>(null);
  const [remarks, setRemarks] = useState(() => kb.unsaved.remarks(draftId));
  const { busy, run } = useDeed(tell.bad);
  const takeBack = useTakeBack();
  const [keys, setKeys] = useState({ train: newId(), publish: newId() });

  const refresh = (): void => {
    reload();
    onChanged();
    kb.refreshOverview();
    if (draftId === kb.draftId) kb.refreshDraft();
  };
  const remark = (more: Partial<Remarks>): void => {
    const next = { ...remarks, ...more };
    setRemarks(next);
    kb.unsaved.keepRemarks(draftId, next);
  };
  /** They have gone to the desk. */
  const told = (): void => {
    kb.unsaved.keepRemarks(draftId, null);
    setRemarks({ ...remarks, note: '', review: '' });
    refresh();
  };
  const watched = useMemo(() => {
    const own = draft?.job ?? null;
    return started && (!own || Number(started.id) >= Number(own.id)) ? started : own;
  }, [draft?.job, started]);
  const job = useJob(api, watched, (ended) => {
    setStarted(null);
    setKeys({ train: newId(), publish: newId() });
    if (ended.kind === 'publish') {
      if (ended.state === 'done') tell.good(K.publish.done);
      kb.refreshIntents();
    }
    refresh();
  });

  if (error && !draft) return <Trouble title={K.drafts.failed} error={error} onRetry={reload} />;
  if (!draft) return <Skeleton active paragraph={{ rows: 12 }} />;
  const open = draft.state === 'open' || draft.state === 'submitted' || draft.state === 'approved';
  const going = runs(job);

  const discard = (): void =>
    void modal.confirm({
      title: K.drafts.discardAsk,
      content: K.drafts.discardBody,
      okText: K.drafts.discard,
      cancelText: K.cancel,
      okButtonProps: { danger: true, 'data-testid': 'discard-yes' },
      onOk: async () => {
        if (!(await run(() => api.discard(draft.id)))) return;
        tell.good(K.drafts.discarded);
        if (draft.id === kb.draftId) kb.chooseDraft('');
        refresh();
      },
    });
  const rename = (title: string): void => {
    if (title.trim() && title.trim() !== draft.title) void run(() => api.rename(draft.id, title.trim())).then(refresh);
  };
  const undo = (): void => void run(() => takeBack(draft.id)).then(refresh);
  const check = (): void =>
    void run(async () => {
      const found = await api.checkDraft(draft.id);
      setFindings(found);
      tell.good(Object.values(found).some((one) => one.length) ? K.drafts.checked : K.drafts.checkedGood);
    });
  const train = (): void => void run(async () => setStarted(await api.train(draft.id, keys.train)));
  const publish = (): void =>
    void modal.confirm({
      title: K.publish.ask,
      content: K.publish.body,
      okText: K.publish.button,
      cancelText: K.cancel,
      okButtonProps: { 'data-testid': 'publish-yes' },
      onOk: () => run(async () => setStarted(await api.publish(draft.id, keys.publish))),
    });

  const found = (kind: string, key: string): Finding[] => findings?.[`${kind}/${key}`] ?? [];
  const errors = draft.changes.reduce(
    (sum, { kind, key }) => sum + found(kind, key).filter(({ level }) => level === 'error').length,
    0,
  );
  const broken = draft.report?.cases.broken ?? [];
  const reasons = draft.state === 'open' ? { ...draft.reasons, ...remarks.reasons } : draft.reasons;
  const missing = broken.filter(({ text }) => !reasons[text]?.trim()).length;

  return (
    <div className="draft" data-testid="draft" data-state={draft.state}>
      <header className="draft__head">
        <div>
          <Typography.Title
            level={4}
            editable={
              kb.mayEdit && open
                ? { onChange: rename, maxLength: 60, tooltip: K.drafts.rename, triggerType: ['icon', 'text'] }
                : false
            }
          >
            {draft.title}
          </Typography.Title>
          <StateTag state={draft.state} />
          <span className="quiet">
            {[
              K.drafts.created(draft.created_by, shortTime(draft.created_at)),
              draft.submitted_by && K.drafts.submitted(draft.submitted_by, shortTime(draft.submitted_at)),
              draft.reviewed_by && K.drafts.reviewed(draft.reviewed_by, shortTime(draft.reviewed_at)),
            ]
              .filter(Boolean)
              .join('，')}
          </span>
        </div>
        <div className="row-deeds">
          {open && kb.mayEdit && draft.id !== kb.draftId && (
            <Button size="small" data-testid="draft-use" onClick={() => kb.chooseDraft(draft.id)}>
              {K.drafts.use}
            </Button>
          )}
          {open && draft.id === kb.draftId && <span className="tag tag--blue">{K.drafts.using}</span>}
          {open && kb.mayEdit && (
            <Button size="small" disabled={!draft.changes.length} data-testid="detail-undo" onClick={undo}>
              {K.undo}
            </Button>
          )}
          {open && kb.mayEdit && (
            <Button size="small" danger data-testid="draft-discard" onClick={discard}>
              {K.drafts.discard}
            </Button>
          )}
        </div>
      </header>
      {draft.state !== 'discarded' && (
        <Steps
          size="small"
          className="draft__steps"
          current={stepOf(draft)}
          items={[K.drafts.changes, K.train.title, K.submit.title, K.review.title, K.publish.title].map((title) => ({ title }))}
        />
      )}
      {draft.review_note && draft.state === 'open' && (
        <p className="kb-note kb-note--gold" data-testid="review-note">
          <b>{K.review.rejected}</b> {draft.review_note}
        </p>
      )}
      {job && (going || job.state === 'failed') && (
        <JobCard
          job={job}
          title={job.kind === 'publish' ? K.publish.running : K.train.running}
          failed={job.kind === 'publish' ? K.publish.failed : K.train.failed}
          onCancel={
            kb.mayEdit && job.kind === 'train'
              ? () => void run(() => api.cancel(job.id)).then((done) => done && tell.good(K.train.cancelled)).then(refresh)
              : undefined
          }
        />
      )}
      {draft.conflicts.length > 0 && <ConflictList draft={draft} onSolved={refresh} />}
      {draft.can.approve && (
        <ReviewPanel draft={draft} note={remarks.review} onNote={(review) => remark({ review })} onDone={told} />
      )}
      {draft.state === 'submitted' && !draft.can.approve && <p className="kb-note">{K.review.waiting}</p>}
      {(draft.can.publish || draft.state === 'approved') && (
        <PublishPanel draft={draft} busy={busy || going} onPublish={publish} />
      )}
      <Section
        title={`${K.drafts.changes}（${draft.changes.length}）`}
        end={
          open && draft.changes.length > 0 ? (
            <Button size="small" loading={busy} data-testid="draft-check" onClick={check}>
              {K.drafts.check}
            </Button>
          ) : undefined
        }
      >
        <ChangeList draft={draft} findingsOf={found} mayRevert={open && kb.mayEdit} onChanged={refresh} />
      </Section>
      <Section
        title={K.train.title}
        end={
          open && kb.mayEdit ? (
            <Button
              size="small"
              type={draft.report && !draft.report_stale ? 'default' : 'primary'}
              disabled={going || !draft.changes.length}
              loading={busy}
              data-testid="train"
              onClick={train}
            >
              {draft.report ? K.train.again : K.train.start}
            </Button>
          ) : undefined
        }
      >
        {draft.report_stale && draft.report && (
          <p className="kb-note kb-note--gold" data-testid="report-stale">
            {K.train.stale}
          </p>
        )}
        {draft.report ? (
          <ReportView
            report={draft.report}
            reasons={reasons}
            onReason={
              draft.state === 'open' && kb.mayEdit
                ? (text, why) => remark({ reasons: { ...remarks.reasons, [text]: why } })
                : undefined
            }
          />
        ) : (
          <p className="quiet">
            {K.train.none} {open && K.train.hint}
          </p>
        )}
      </Section>
      {draft.state === 'open' && kb.mayEdit && (
        <SubmitPanel
          draft={draft}
          errors={errors}
          missing={missing}
          reasons={reasons}
          note={remarks.note}
          going={going}
          onNote={(note) => remark({ note })}
          onChecked={setFindings}
          onDone={told}
        />
      )}
    </div>
  );
}
