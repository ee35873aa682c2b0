import { Button, Input } from 'antd';
import { Section } from '../../agent/components/Section';
import { useDeed } from '../../agent/hooks';
import { useKb } from '../context';
import type { Draft, Finding } from '../contract';
import { K } from '../texts';

interface Props {
  draft: Draft;
  errors: number;
  /** Broken cases without a reason. */
  missing: number;
  reasons: Record<string, string>;
  note: string;
  going: boolean;
  onNote(note: string): void;
  onChecked(findings: Record<string, Finding[]>): void;
  onDone(): void;
}

/** Asks somebody else to review; says what still stands in the way. */
export function SubmitPanel({ draft, errors, missing, reasons, note, going, onNote, onChecked, onDone }: Props): JSX.Element {
  const { api, tell } = useKb();
  const { busy, run } = useDeed(tell.bad);
  const blocked = ((): string | null => {
    if (!draft.changes.length) return K.submit.empty;
    if (draft.conflicts.length) return K.submit.conflicts;
    if (errors) return K.submit.errors(errors);
    if (missing && !draft.report_stale) return K.report.needReasons(missing);
    if (!draft.report) return K.submit.needTrain;
    return draft.report_stale ? K.submit.stale : null;
  })();
  const ready = !blocked && !going && draft.can.submit;
  const submit = (): void =>
    void run(async () => {
      const findings = await api.checkDraft(draft.id);
      onChecked(findings);
      const wrong = Object.values(findings).flat().filter(({ level }) => level === 'error').length;
      if (wrong) {
        tell.bad(K.submit.errors(wrong));
        return;
      }
      const broken = new Set(draft.report?.cases.broken.map(({ text }) => text));
      const given = Object.fromEntries(Object.entries(reasons).filter(([text]) => broken.has(text)));
      await api.submit(draft.id, note.trim(), given);
      tell.good(K.submit.done);
      onDone();
    });
  return (
    <Section title={K.submit.title}>
      <Input.TextArea
        rows={2}
        maxLength={500}
        value={note}
        placeholder={K.submit.placeholder}
        aria-label={K.submit.note}
        data-testid="submit-note"
        onChange={(event) => onNote(event.target.value)}
        onKeyDown={(event) => event.ctrlKey && event.key === 'Enter' && ready && submit()}
      />
      <div className="panel-foot">
        {blocked && (
          <span className="quiet" data-testid="submit-blocked">
            {blocked}
          </span>
        )}
        <Button type="primary" disabled={!ready} loading={busy} data-testid="submit" onClick={submit}>
          {K.submit.button}
        </Button>
      </div>
    </Section>
  );
}
