import { Spin } from 'antd';
import type { Checked } from '../checker';
import type { Finding } from '../contract';
import { FindingLine } from '../parts/FindingLine';
import { K } from '../texts';

interface Props {
  checked: Checked;
  /** Whether a finding is shown here and not beside its sentence. */
  apart(finding: Finding): boolean;
}

const STATES = { idle: K.editor.checkLater, checking: K.editor.checking, checked: K.editor.checkedGood };

/** How many findings there are, and those that belong to no sentence on the form. */
export function FindingsPanel({ checked, apart }: Props): JSX.Element {
  const { state, findings } = checked;
  const number = (level: Finding['level']): number => findings.filter((one) => one.level === level).length;
  const errors = number('error');
  const counts = K.editor.checkedCounts(errors, number('warning'), number('hint'));
  const beside = findings.filter((finding) => !apart(finding));
  return (
    <aside className="findings" aria-label={K.findings.title} data-testid="findings" data-state={state}>
      <header>
        <strong>{K.findings.title}</strong>
        {state === 'checking' && <Spin size="small" />}
      </header>
      <p role="status" className={errors ? 'bad' : 'quiet'} data-testid="findings-count">
        {state === 'failed' ? K.editor.checkFailed : findings.length ? counts : STATES[state]}
      </p>
      {errors > 0 && <p className="quiet">{K.editor.blocked}</p>}
      {findings.filter(apart).map((finding, place) => (
        <FindingLine key={place} finding={finding} withSentence />
      ))}
      {beside.length > 0 && (
        <ul className="findings__jump">
          {[...new Set(beside.map(({ sentence }) => sentence ?? ''))].map((sentence) => (
            <li key={sentence}>
              <button
                type="button"
                className="text-button"
                onClick={() =>
                  document.querySelector(`[data-sentence="${CSS.escape(sentence)}"]`)?.scrollIntoView({ block: 'center' })
                }
              >
                {sentence}
              </button>
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}
