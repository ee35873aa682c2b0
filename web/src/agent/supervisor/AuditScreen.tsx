import { Button, Select, Table } from 'antd';
import { useState } from 'react';
import { fullTime, parseUtc } from '../../shared/time';
import { Trouble } from '../components/Trouble';
import type { AuditRow } from '../contractSupervisor';
import { useDeed, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

const PAGE = 100;

const subjectName = (subject: string): string =>
  subject.replace(/^handover (\d+)$/, (_, number: string) => T.audit.chat(number));

/** 审计: who did what, newest first. */
export default function AuditScreen(): JSX.Element {
  const { supervisor, tell } = useWorkbench();
  const [staff, setStaff] = useState<string | null>(null);
  const [action, setAction] = useState<string | null>(null);
  const people = useLoaded(() => supervisor.people(), 'people');
  const filter = { staff: staff ?? '', action: action ?? '', limit: PAGE };
  const { value, error, loading, reload, put } = useLoaded(
    () => supervisor.audit(filter),
    `audit-${staff}-${action}`,
  );
  const { busy, run } = useDeed(tell.bad);
  const rows: AuditRow[] = value ?? [];
  const last = rows[rows.length - 1];
  const older = (): void => {
    void run(async () => put([...rows, ...(await supervisor.audit({ ...filter, after: last?.id ?? '' }))]));
  };
  return (
    <div className="screen" data-testid="audit">
      <header className="screen__head">
        <h1>{T.nav.audit}</h1>
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          className="screen__search"
          placeholder={T.audit.staff}
          aria-label={T.audit.staff}
          value={staff}
          options={(people.value ?? []).map(({ id, name, login }) => ({ value: id, label: `${name}（${login}）` }))}
          onChange={(value?: string) => setStaff(value ?? null)}
        />
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          className="screen__search"
          placeholder={T.audit.action}
          aria-label={T.audit.action}
          value={action}
          options={Object.entries(T.audit.actions).map(([value, label]) => ({ value, label }))}
          onChange={(value?: string) => setAction(value ?? null)}
        />
      </header>
      {error && <Trouble title={T.nav.audit} error={error} onRetry={reload} />}
      <Table
        size="small"
        rowKey="id"
        loading={loading}
        pagination={false}
        dataSource={rows}
        locale={{ emptyText: T.audit.empty }}
        columns={[
          { title: T.audit.at, width: 210, render: (_, row) => fullTime(parseUtc(row.at)) },
          { title: T.audit.staff, dataIndex: 'staff', width: 120 },
          { title: T.audit.action, width: 130, render: (_, row) => T.audit.actions[row.action] ?? row.action },
          { title: T.audit.subject, width: 200, render: (_, row) => subjectName(row.subject) },
          { title: T.audit.detail, dataIndex: 'detail' },
        ]}
      />
      {last && rows.length % PAGE === 0 && (
        <Button block type="text" loading={busy} data-testid="audit-older" onClick={older}>
          {T.audit.older}
        </Button>
      )}
    </div>
  );
}
