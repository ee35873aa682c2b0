import { Button, Popover, Select } from 'antd';
import { useRef, useState, type ComponentRef } from 'react';
import type { Intent } from '../contract';
import { corrected, correctionOf } from '../corrections';
import { useDeed } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

const NONE = '';

/** Says what a customer meant where the bot took it for something else. */
export function Correction({ handover, seq }: { handover: string; seq: number }): JSX.Element {
  const { api, tell } = useWorkbench();
  const { busy, run } = useDeed(tell.bad);
  const field = useRef<ComponentRef<typeof Select>>(null);
  const [open, setOpen] = useState(false);
  const [intents, setIntents] = useState<Intent[] | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [done, setDone] = useState(() => correctionOf(handover, seq));

  const show = (next: boolean): void => {
    setOpen(next);
    if (!next || intents) return;
    api.intents().then(setIntents, () => tell.bad(T.line.intentsFailed));
  };
  const submit = async (): Promise<void> => {
    if (chosen === null) return;
    const title = intents?.find(({ name }) => name === chosen)?.title;
    if (!(await run(() => api.correct(handover, seq, chosen === NONE ? null : chosen)))) return;
    setDone(corrected(handover, seq, title ? T.line.corrected(title) : T.line.correctedNone));
    setOpen(false);
    tell.good(T.line.correctedDone);
  };
  return (
    <Popover
      open={open}
      onOpenChange={show}
      afterOpenChange={(shown) => shown && field.current?.focus()}
      trigger="click"
      placement="bottomLeft"
      title={T.line.meant}
      content={
        <div className="correction" data-testid="correction">
          <Select
            ref={field}
            showSearch
            loading={open && !intents}
            optionFilterProp="label"
            aria-label={T.line.meant}
            placeholder={T.line.meantSearch}
            value={chosen}
            options={[
              ...(intents ?? []).map(({ name, title }) => ({ value: name, label: title || name })),
              { value: NONE, label: T.line.meantNone },
            ]}
            onChange={setChosen}
          />
          <Button type="primary" loading={busy} disabled={chosen === null} onClick={() => void submit()}>
            {T.line.correct}
          </Button>
        </div>
      }
    >
      <button
        type="button"
        className={done ? 'line__correct line__correct--done' : 'line__correct'}
        data-testid="correct"
      >
        {done ?? T.line.misunderstood}
      </button>
    </Popover>
  );
}
