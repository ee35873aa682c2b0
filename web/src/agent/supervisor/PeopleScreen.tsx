import { Button, Input, Table } from 'antd';
import { useState } from 'react';
import { parseUtc, timeLabel } from '../../shared/time';
import { Trouble } from '../components/Trouble';
import type { Person } from '../contractSupervisor';
import { useDeed, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { GivePasswordDialog } from './GivePasswordDialog';
import { PersonDialog } from './PersonDialog';

/** 人员: supervisors change agents' names, groups and ceilings; administrators everything. */
export default function PeopleScreen(): JSX.Element {
  const { supervisor, me, texts, tell } = useWorkbench();
  const { value, error, loading, reload } = useLoaded(() => supervisor.people(), 'people');
  const [word, setWord] = useState('');
  const [editing, setEditing] = useState<Person | 'new' | null>(null);
  const [giving, setGiving] = useState<Person | null>(null);
  const { run } = useDeed(tell.bad);
  const admin = me.staff.role === 'admin';
  const mayChange = (person: Person): boolean => admin || person.role === 'agent';
  const shown = (value ?? []).filter(({ login, name }) => login.includes(word) || name.includes(word));
  const unlock = async (person: Person): Promise<void> => {
    if (!(await run(() => supervisor.unlock(person.id)))) return;
    tell.good(T.people.unlocked);
    reload();
  };
  return (
    <div className="screen" data-testid="people">
      <header className="screen__head">
        <h1>{T.nav.people}</h1>
        <Input
          allowClear
          className="screen__search"
          placeholder={T.people.search}
          value={word}
          onChange={(event) => setWord(event.target.value.trim())}
        />
        {admin && (
          <Button type="primary" data-testid="person-add" onClick={() => setEditing('new')}>
            {T.people.add}
          </Button>
        )}
      </header>
      {error && <Trouble title={T.nav.people} error={error} onRetry={reload} />}
      <Table
        size="small"
        rowKey="id"
        loading={loading && !value}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        dataSource={shown}
        locale={{ emptyText: T.people.empty }}
        columns={[
          { title: T.people.login, dataIndex: 'login', width: 150 },
          { title: T.people.name, dataIndex: 'name', width: 110 },
          { title: T.people.role, width: 90, render: (_, person) => texts.roles[person.role] },
          {
            title: T.people.groups,
            render: (_, person) => person.groups.map((id) => texts.groups[id] ?? id).join('、') || '—',
          },
          { title: T.people.ceiling, dataIndex: 'ceiling', width: 80 },
          {
            title: T.people.state,
            width: 90,
            render: (_, person) =>
              person.locked ? (
                <span className="tag tag--red">{T.people.locked}</span>
              ) : (
                <span className={person.active ? 'tag tag--green' : 'tag'}>
                  {person.active ? T.people.normal : T.people.inactive}
                </span>
              ),
          },
          {
            title: T.people.lastLogin,
            width: 140,
            render: (_, person) =>
              person.last_login_at ? timeLabel(parseUtc(person.last_login_at), Date.now()) : T.people.never,
          },
          {
            key: 'deeds',
            width: 170,
            align: 'right',
            render: (_, person) =>
              mayChange(person) && (
                <span className="row-deeds">
                  {person.locked && (
                    <button
                      type="button"
                      className="text-button"
                      data-testid={`unlock-${person.login}`}
                      onClick={() => void unlock(person)}
                    >
                      {T.people.unlock}
                    </button>
                  )}
                  {admin && person.id !== me.staff.id && (
                    <button
                      type="button"
                      className="text-button"
                      data-testid={`password-${person.login}`}
                      onClick={() => setGiving(person)}
                    >
                      {T.people.reset}
                    </button>
                  )}
                  <button
                    type="button"
                    className="text-button"
                    data-testid={`edit-${person.login}`}
                    onClick={() => setEditing(person)}
                  >
                    {T.people.edit}
                  </button>
                </span>
              ),
          },
        ]}
      />
      {editing && (
        <PersonDialog
          person={editing === 'new' ? null : editing}
          onDone={(changed) => {
            setEditing(null);
            if (changed) reload();
          }}
        />
      )}
      {giving && <GivePasswordDialog person={giving} onDone={() => setGiving(null)} />}
    </div>
  );
}
