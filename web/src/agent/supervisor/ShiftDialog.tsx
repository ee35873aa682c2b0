import { Modal, Select } from 'antd';
import { useState } from 'react';
import { DayField, TimeField } from '../components/DayField';
import type { Person } from '../contractSupervisor';
import { useDeed } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  staff: string;
  date: string;
  agents: Person[];
  onDone(changed: boolean): void;
}

export function ShiftDialog({ staff, date, agents, onDone }: Props): JSX.Element {
  const { supervisor, tell } = useWorkbench();
  const [shift, setShift] = useState({ staff, date, start: '08:30', end: '17:30' });
  const { busy, run } = useDeed(tell.bad);
  const save = async (): Promise<void> => {
    if (!shift.date || !shift.start || !shift.end || shift.end <= shift.start) return tell.bad(T.shifts.wrongTimes);
    if (await run(() => supervisor.addShift(shift))) onDone(true);
  };
  return (
    <Modal
      open
      title={T.shifts.add}
      width={360}
      okText={T.save}
      confirmLoading={busy}
      okButtonProps={{ 'data-testid': 'shift-submit' }}
      onOk={() => void save()}
      onCancel={() => onDone(false)}
    >
      <div className="form">
        <label className="field">
          <span>{T.shifts.staff}</span>
          <Select
            value={shift.staff}
            options={agents.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(value) => setShift({ ...shift, staff: value })}
          />
        </label>
        <label className="field">
          <span>{T.shifts.date}</span>
          <DayField
            label={T.shifts.date}
            testId="shift-date"
            value={shift.date}
            onChange={(day) => setShift({ ...shift, date: day })}
          />
        </label>
        <div className="form__pair">
          <label className="field">
            <span>{T.shifts.start}</span>
            <TimeField
              label={T.shifts.start}
              testId="shift-start"
              value={shift.start}
              onChange={(start) => setShift({ ...shift, start })}
            />
          </label>
          <label className="field">
            <span>{T.shifts.end}</span>
            <TimeField
              label={T.shifts.end}
              testId="shift-end"
              value={shift.end}
              onChange={(end) => setShift({ ...shift, end })}
            />
          </label>
        </div>
      </div>
    </Modal>
  );
}
