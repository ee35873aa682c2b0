import { share } from '../times';
import { useKb } from '../context';
import type { Finding } from '../contract';
import { K } from '../texts';

interface Props {
  finding: Finding;
  /** The sentence that it is about, when it does not stand beside it. */
  withSentence?: boolean;
}

/** One finding, with the other object's sentence beside it. */
export function FindingLine({ finding, withSentence = false }: Props): JSX.Element {
  const { open, titleOfIntent } = useKb();
  const { level, message, sentence, other } = finding;
  const title = other && (other.title || titleOfIntent(other.key));
  return (
    <div className={`finding finding--${level}`} data-testid={`finding-${finding.code}`}>
      <b>{K.findings.levels[level]}</b>
      <div className="finding__body">
        {withSentence && sentence && <span className="finding__sentence">{sentence}</span>}
        <span>{message}</span>
        {other && (
          <span className="finding__other">
            {other.sentence && <q>{other.sentence}</q>}
            <button type="button" className="text-button" onClick={() => open(other.kind, other.key)}>
              {other.kind === 'intent' ? K.examples.ofOther(title ?? other.key) : (title ?? other.key)}
            </button>
            {other.score !== null && <small className="quiet">{K.examples.score(share(other.score))}</small>}
          </span>
        )}
      </div>
    </div>
  );
}
