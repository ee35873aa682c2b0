import { Form, Input, InputNumber, Modal, Select, Switch } from 'antd';
import type { Person } from '../contractSupervisor';
import { useDeed } from '../hooks';
import type { NewPerson, PersonChange } from '../supervisorApi';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  /** null makes a new account. */
  person: Person | null;
  onDone(changed: boolean): void;
}

const MOST_CHATS = 20;
const FEWEST_LETTERS = 10;
const required = [{ required: true, message: T.people.required }];

export function PersonDialog({ person, onDone }: Props): JSX.Element {
  const { supervisor, me, texts, tell } = useWorkbench();
  const [form] = Form.useForm<NewPerson & { active: boolean }>();
  const { busy, run } = useDeed(tell.bad);
  const admin = me.staff.role === 'admin';
  const own = person?.id === me.staff.id;
  const save = async (typed: NewPerson & { active: boolean }): Promise<void> => {
    const { login, name, role, groups = [], ceiling, password, active } = typed;
    const change: PersonChange = { name, groups, ceiling };
    // The desk refuses what somebody may not change, even unchanged.
    if (admin && !own) Object.assign(change, { role, active });
    const done = await run(() =>
      person
        ? supervisor.changePerson(person.id, change)
        : supervisor.addPerson({ login, name, role, groups, ceiling, password }),
    );
    if (!done) return;
    tell.good(T.people.saved);
    onDone(true);
  };
  return (
    <Modal
      open
      title={person ? `${T.people.edit} ${person.login}` : T.people.add}
      width={420}
      okText={T.save}
      confirmLoading={busy}
      okButtonProps={{ 'data-testid': 'person-submit' }}
      onOk={() => form.submit()}
      onCancel={() => onDone(false)}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        data-testid="person-form"
        initialValues={person ?? { role: 'agent', groups: [], ceiling: 5, active: true }}
        onFinish={(typed: NewPerson & { active: boolean }) => void save(typed)}
      >
        {!person && (
          <Form.Item
            name="login"
            label={T.people.login}
            rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9._-]{2,31}$/, message: T.people.loginRule }]}
          >
            <Input autoComplete="off" data-testid="person-login" />
          </Form.Item>
        )}
        <Form.Item name="name" label={T.people.name} rules={required}>
          <Input maxLength={32} data-testid="person-name" />
        </Form.Item>
        {admin && !own && (
          <Form.Item name="role" label={T.people.role}>
            <Select options={Object.entries(texts.roles).map(([value, label]) => ({ value, label }))} />
          </Form.Item>
        )}
        <Form.Item name="groups" label={T.people.groups}>
          <Select
            mode="multiple"
            options={Object.entries(texts.groups).map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        <Form.Item name="ceiling" label={T.people.ceiling} rules={required}>
          <InputNumber min={1} max={MOST_CHATS} precision={0} />
        </Form.Item>
        {!person && (
          <Form.Item
            name="password"
            label={T.people.password}
            extra={T.people.rule}
            rules={[{ required: true, min: FEWEST_LETTERS, message: T.people.rule }]}
          >
            <Input.Password autoComplete="new-password" data-testid="person-password" />
          </Form.Item>
        )}
        {person && admin && !own && (
          <Form.Item name="active" label={T.people.state} valuePropName="checked">
            <Switch checkedChildren={T.people.active} unCheckedChildren={T.people.inactive} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
