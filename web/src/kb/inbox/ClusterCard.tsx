import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useKb } from '../context';
import type { Cluster, InboxSentence } from '../contract';
import { K } from '../texts';
import { shortTime } from '../times';
import { AssignButton } from './AssignButton';
import { likely } from './likely';
import { Sparkline } from './Sparkline';

const FIRST = 4;

interface Props {
  cluster: Cluster;
  state: string;
  /** A deed is under way, and another would be dropped. */
  busy: boolean;
  onAssign(sentences: InboxSentence[], intent: string): void;
  onNew(sentences: InboxSentence[]): void;
  onDismiss(sentences: InboxSentence[]): void;
  onReopen(sentences: InboxSentence[]): void;
}

/** Sentences that mean the same: how often, which way it goes, and what to do with them. */
export function ClusterCard({ cluster, state, busy, onAssign, onNew, onDismiss, onReopen }: Props): JSX.Element {
  const kb = useKb();
  const [all, setAll] = useState(false);
  const [picked, setPicked] = useState<string[]>([]);
  const { sentences } = cluster;
  const shown = all ? sentences : sentences.slice(0, FIRST);
  const chosen = sentences.filter(({ id }) => picked.includes(id));
  const target = chosen.length ? chosen : sentences;
  const guess = likely(target);
  const open = state === 'open' && kb.mayEdit;
  const { delta } = cluster;
  return (
    <section className="cluster" data-testid={`cluster-${cluster.id}`}>
      <header className="cluster__head">
        <div className="cluster__what">
          <h3>{cluster.title}</h3>
          <span className="quiet">
            {K.inbox.sentences(sentences.length)} · {K.inbox.count(cluster.count)}
          </span>
        </div>
        <div className="cluster__trend">
          <Sparkline days={cluster.days} />
          {delta !== null && (
            <span className={delta > 0 ? 'kb-trend kb-trend--up' : 'kb-trend'}>
              {delta > 0 ? `↑ ${K.inbox.rising(delta)}` : delta < 0 ? `↓ ${K.inbox.falling(-delta)}` : K.inbox.steady}
            </span>
          )}
        </div>
        {open && (
          <div className="cluster__deeds">
            {guess && (
              <Button
                size="small"
                type="primary"
                ghost
                disabled={busy}
                data-testid={`accept-${cluster.id}`}
                onClick={() => onAssign(target, guess)}
              >
                {K.inbox.accept(kb.titleOfIntent(guess))}
              </Button>
            )}
            <AssignButton
              label={chosen.length ? K.inbox.assignSome(chosen.length) : K.inbox.assignAll}
              testId={`assign-${cluster.id}`}
              disabled={busy}
              onAssign={(intent) => onAssign(target, intent)}
              onNew={() => onNew(target)}
            />
            <Button size="small" disabled={busy} data-testid={`new-${cluster.id}`} onClick={() => onNew(target)}>
              {K.inbox.startNew}
            </Button>
            <Button
              size="small"
              type="text"
              disabled={busy}
              data-testid={`dismiss-${cluster.id}`}
              onClick={() => onDismiss(target)}
            >
              {K.inbox.dismiss}
            </Button>
          </div>
        )}
      </header>
      <ul className="cluster__list">
        {shown.map((sentence) => (
          <li key={sentence.id} data-testid={`sentence-${sentence.id}`}>
            {open && (
              <Checkbox
                checked={picked.includes(sentence.id)}
                aria-label={sentence.text}
                data-testid={`pick-sentence-${sentence.id}`}
                onChange={({ target: { checked } }) =>
                  setPicked(checked ? [...picked, sentence.id] : picked.filter((one) => one !== sentence.id))
                }
              />
            )}
            <span className="cluster__text">{sentence.text}</span>
            <span className="cluster__reasons">
              {Object.entries(sentence.reasons).map(([reason, times]) => (
                <span key={reason} className={`tag tag--${REASON_COLOURS[reason] ?? ''}`}>
                  {K.inbox.reasons[reason] ?? reason}
                  {times > 1 && ` ${times}`}
                </span>
              ))}
            </span>
            <span className="cluster__guess quiet">
              {sentence.intent
                ? `${state === 'assigned' ? K.inbox.isAssigned : K.inbox.corrected} ${sentence.intent_title ?? kb.titleOfIntent(sentence.intent)}`
                : sentence.guess
                  ? `${K.inbox.guess} ${sentence.guess_title ?? kb.titleOfIntent(sentence.guess)}`
                  : K.inbox.noGuess}
            </span>
            <span className="quiet cluster__last" title={K.inbox.conversations(sentence.conversations.length)}>
              {shortTime(sentence.last_at)}
            </span>
            <span className="row-deeds">
              {open && (
                <>
                  <AssignButton
                    quiet
                    label={K.inbox.assign}
                    testId={`assign-sentence-${sentence.id}`}
                    disabled={busy}
                    onAssign={(intent) => onAssign([sentence], intent)}
                    onNew={() => onNew([sentence])}
                  />
                  <button
                    type="button"
                    className="text-button"
                    disabled={busy}
                    data-testid={`dismiss-sentence-${sentence.id}`}
                    onClick={() => onDismiss([sentence])}
                  >
                    {K.inbox.dismiss}
                  </button>
                </>
              )}
              {!open && state !== 'open' && kb.mayEdit && (
                <button
                  type="button"
                  className="text-button"
                  disabled={busy}
                  data-testid={`reopen-sentence-${sentence.id}`}
                  onClick={() => onReopen([sentence])}
                >
                  {K.inbox.reopen}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {sentences.length > FIRST && (
        <button type="button" className="text-button" data-testid={`more-${cluster.id}`} onClick={() => setAll(!all)}>
          {all ? K.inbox.less : K.inbox.more(sentences.length - FIRST)}
        </button>
      )}
    </section>
  );
}

const REASON_COLOURS: Record<string, string> = {
  rejected: 'red',
  unsure: 'gold',
  handover: 'violet',
  correction: 'blue',
  thumbs_down: 'red',
};
