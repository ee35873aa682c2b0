import { Button, Segmented, Spin } from 'antd';
import { useState } from 'react';
import { Trouble } from '../components/Trouble';
import { dayFrom, shortDay, weekOf } from '../days';
import { useDeed, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { Closures } from './Closures';
import { ShiftDialog } from './ShiftDialog';

/** 排班 of a week, and the days that are unlike others. */
export default function ShiftsScreen(): JSX.Element {
  const { supervisor, tell } = useWorkbench();
  const [tab, setTab] = useState<'shifts' | 'closures'>('shifts');
  const [weeks, setWeeks] = useState(0);
  const [adding, setAdding] = useState<{ staff: string; date: string } | null>(null);
  const days = weekOf(Date.now(), weeks);
  const [from = '', to = ''] = [days[0], days[6]];
  const shifts = useLoaded(() => supervisor.shifts({ from, to }), `shifts-${from}`);
  const people = useLoaded(() => supervisor.people(), 'people');
  const { run } = useDeed(tell.bad);
  const today = dayFrom(Date.now());
  const agents = (people.value ?? []).filter((one) => one.active && one.groups.length > 0);
  const remove = async (id: string): Promise<void> => {
    if (!(await run(() => supervisor.removeShift(id)))) return;
    tell.good(T.shifts.removed);
    shifts.reload();
  };
  return (
    <div className="screen" data-testid="shifts">
      <header className="screen__head">
        <Segmented
          value={tab}
          options={[
            { value: 'shifts', label: T.shifts.title },
            { value: 'closures', label: T.shifts.closures },
          ]}
          onChange={(value) => setTab(value as typeof tab)}
        />
        {tab === 'shifts' && (
          <>
            <span className="row-deeds">
              <Button size="small" onClick={() => setWeeks(weeks - 1)}>
                {T.shifts.previous}
              </Button>
              <Button size="small" disabled={weeks === 0} onClick={() => setWeeks(0)}>
                {T.shifts.thisWeek}
              </Button>
              <Button size="small" onClick={() => setWeeks(weeks + 1)}>
                {T.shifts.next}
              </Button>
              <strong>{T.shifts.week(shortDay(from), shortDay(to))}</strong>
            </span>
            <Button
              type="primary"
              data-testid="shift-add"
              onClick={() => setAdding({ staff: agents[0]?.id ?? '', date: days.includes(today) ? today : from })}
            >
              {T.shifts.add}
            </Button>
          </>
        )}
      </header>
      {tab === 'closures' && <Closures />}
      {tab === 'shifts' && (shifts.error ?? people.error) && (
        <Trouble
          title={T.shifts.title}
          error={shifts.error ?? people.error ?? ''}
          onRetry={() => {
            shifts.reload();
            people.reload();
          }}
        />
      )}
      {tab === 'shifts' && (
        <Spin spinning={shifts.loading && !shifts.value}>
          <table className="week">
            <thead>
              <tr>
                <th scope="col">{T.shifts.staff}</th>
                {days.map((day, place) => (
                  <th key={day} scope="col" className={day === today ? 'week__today' : undefined}>
                    周{T.shifts.weekdays[place]}
                    <small>{shortDay(day)}</small>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {agents.map((agent) => (
                <tr key={agent.id}>
                  <th scope="row">{agent.name}</th>
                  {days.map((day) => (
                    <td key={day} className={day === today ? 'week__today' : undefined}>
                      {(shifts.value ?? [])
                        .filter((shift) => shift.staff === agent.id && shift.date === day)
                        .map((shift) => (
                          <span key={shift.id} className="shift" data-testid={`shift-${shift.id}`}>
                            {shift.start}–{shift.end}
                            <button type="button" aria-label={T.remove} onClick={() => void remove(shift.id)}>
                              ×
                            </button>
                          </span>
                        ))}
                      <button
                        type="button"
                        className="week__add"
                        aria-label={`${T.shifts.add} ${agent.name} ${shortDay(day)}`}
                        onClick={() => setAdding({ staff: agent.id, date: day })}
                      >
                        +
                      </button>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {shifts.value?.length === 0 && <p className="quiet week__empty">{T.shifts.empty}</p>}
        </Spin>
      )}
      {adding && (
        <ShiftDialog
          {...adding}
          agents={agents}
          onDone={(changed) => {
            setAdding(null);
            if (changed) shifts.reload();
          }}
        />
      )}
    </div>
  );
}
