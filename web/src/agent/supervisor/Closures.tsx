import { Button, Input, Switch, Table } from 'antd';
import { useState } from 'react';
import { DayField, TimeField } from '../components/DayField';
import { Trouble } from '../components/Trouble';
import type { Closure } from '../contractSupervisor';
import { dateName } from '../figures';
import { useDeed, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

const NEW: Closure = { date: '', name: '', open: false, from: null, to: null };

/** Holidays, and days with hours of their own. */
export function Closures(): JSX.Element {
  const { supervisor, tell } = useWorkbench();
  const { value, error, loading, reload } = useLoaded(() => supervisor.closures(), 'closures');
  const [draft, setDraft] = useState(NEW);
  const { busy, run } = useDeed(tell.bad);
  const set = (change: Partial<Closure>): void => setDraft({ ...draft, ...change });
  const timed = !draft.open || (!!draft.from && !!draft.to && draft.to > draft.from);
  const add = async (): Promise<void> => {
    if (!timed) return tell.bad(T.shifts.wrongTimes);
    const day = draft.open ? draft : { ...draft, from: null, to: null };
    if (!(await run(() => supervisor.addClosure(day)))) return;
    setDraft(NEW);
    reload();
  };
  const remove = async (date: string): Promise<void> => {
    if (await run(() => supervisor.removeClosure(date))) reload();
  };
  return (
    <div className="closures" data-testid="closures">
      <form
        className="closures__new"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <DayField
          label={T.shifts.date}
          testId="closure-date"
          value={draft.date}
          onChange={(date) => set({ date })}
        />
        <Input
          maxLength={32}
          aria-label={T.shifts.name}
          placeholder={T.shifts.name}
          data-testid="closure-name"
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
        />
        <label>
          <Switch size="small" checked={draft.open} onChange={(open) => set({ open })} /> {T.shifts.open}
        </label>
        {draft.open && (
          <>
            <TimeField label={T.shifts.opens} value={draft.from} onChange={(from) => set({ from })} />
            <TimeField label={T.shifts.closes} value={draft.to} onChange={(to) => set({ to })} />
          </>
        )}
        <Button
          type="primary"
          htmlType="submit"
          loading={busy}
          disabled={!draft.date || !draft.name.trim()}
          data-testid="closure-add"
        >
          {T.shifts.addClosure}
        </Button>
      </form>
      {error && <Trouble title={T.shifts.closures} error={error} onRetry={reload} />}
      <Table
        size="small"
        rowKey="date"
        loading={loading && !value}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        dataSource={value ?? []}
        locale={{ emptyText: T.shifts.noClosures }}
        columns={[
          { title: T.shifts.date, width: 160, render: (_, day) => dateName(day.date) },
          { title: T.shifts.name, dataIndex: 'name' },
          {
            title: T.shifts.hours,
            render: (_, day) => (day.open ? `${day.from ?? ''}–${day.to ?? ''}` : T.shifts.shut),
          },
          {
            key: 'deeds',
            width: 80,
            align: 'right',
            render: (_, day) => (
              <button
                type="button"
                className="text-button"
                data-testid={`closure-remove-${day.date}`}
                onClick={() => void remove(day.date)}
              >
                {T.remove}
              </button>
            ),
          },
        ]}
      />
    </div>
  );
}
