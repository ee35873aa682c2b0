import { Button, Input } from 'antd';
import { Section } from '../../agent/components/Section';
import { useDeed } from '../../agent/hooks';
import { useKb } from '../context';
import type { Draft } from '../contract';
import { K } from '../texts';

interface Props {
  draft: Draft;
  note: string;
  onNote(note: string): void;
  onDone(): void;
}

/** The second person's word: let through, or sent back with a reason. */
export function ReviewPanel({ draft, note, onNote, onDone }: Props): JSX.Element {
  const { api, tell } = useKb();
  const { busy, run } = useDeed(tell.bad);
  const approve = async (): Promise<void> => {
    if (!(await run(() => api.approve(draft.id, note.trim())))) return;
    tell.good(K.review.approved);
    onDone();
  };
  const reject = async (): Promise<void> => {
    if (!note.trim()) {
      tell.bad(K.review.needNote);
      return;
    }
    if (!(await run(() => api.reject(draft.id, note.trim())))) return;
    tell.good(K.review.rejected);
    onDone();
  };
  return (
    <div className="review-panel" data-testid="review">
      <Section title={K.review.title}>
        {draft.note && (
          <p>
            <b>{K.drafts.note}：</b>
            {draft.note}
          </p>
        )}
        <Input.TextArea
          rows={2}
          maxLength={500}
          value={note}
          placeholder={K.review.notePlaceholder}
          aria-label={K.review.note}
          data-testid="review-note-field"
          onChange={(event) => onNote(event.target.value)}
        />
        <div className="panel-foot">
          <Button danger disabled={busy} data-testid="reject" onClick={() => void reject()}>
            {K.review.reject}
          </Button>
          <Button type="primary" loading={busy} data-testid="approve" onClick={() => void approve()}>
            {K.review.approve}
          </Button>
        </div>
      </Section>
    </div>
  );
}
