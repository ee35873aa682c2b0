import { Form, Input, Modal, type InputRef } from 'antd';
import type { Person } from '../contractSupervisor';
import { useDeed, useFirstField } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

const FEWEST_LETTERS = 10;

interface Props {
  person: Person;
  onDone(): void;
}

export function GivePasswordDialog({ person, onDone }: Props): JSX.Element {
  const { supervisor, tell } = useWorkbench();
  const [form] = Form.useForm<{ fresh: string }>();
  const { busy, run } = useDeed(tell.bad);
  const { first, opened } = useFirstField<InputRef>();
  const save = async ({ fresh }: { fresh: string }): Promise<void> => {
    if (!(await run(() => supervisor.setPassword(person.id, fresh)))) return;
    tell.good(T.people.passwordDone);
    onDone();
  };
  return (
    <Modal
      open
      title={`${T.people.reset} ${person.name}`}
      width={360}
      okText={T.save}
      confirmLoading={busy}
      onOk={() => form.submit()}
      afterOpenChange={opened}
      onCancel={onDone}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(typed) => void save(typed)}>
        <Form.Item
          name="fresh"
          label={T.people.fresh}
          extra={T.people.rule}
          rules={[{ required: true, min: FEWEST_LETTERS, message: T.people.rule }]}
        >
          <Input.Password ref={first} autoComplete="new-password" data-testid="given-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
