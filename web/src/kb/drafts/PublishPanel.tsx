import { Button } from 'antd';
import type { Draft } from '../contract';
import { K } from '../texts';

interface Props {
  draft: Draft;
  busy: boolean;
  onPublish(): void;
}

/** Approved: one button from the customers. */
export function PublishPanel({ draft, busy, onPublish }: Props): JSX.Element {
  return (
    <div className="publish-panel" data-testid="publish-panel">
      <div>
        <strong>{K.publish.ready}</strong>
        {draft.review_note && <p className="quiet">{`${K.drafts.reviewNote}：${draft.review_note}`}</p>}
      </div>
      {draft.can.publish && (
        <Button type="primary" disabled={busy || draft.conflicts.length > 0} data-testid="publish" onClick={onPublish}>
          {K.publish.button}
        </Button>
      )}
    </div>
  );
}
