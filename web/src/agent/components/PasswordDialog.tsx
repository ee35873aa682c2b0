import { Form, Input, Modal, type InputRef } from 'antd';
import { useDeed, useFirstField } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

const SHORTEST = 10;

interface Typed {
  old: string;
  fresh: string;
  again: string;
}

export function PasswordDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const { staff, tell } = useWorkbench();
  const [form] = Form.useForm<Typed>();
  const { busy, run } = useDeed(tell.bad);
  const { first, opened } = useFirstField<InputRef>();
  const save = async ({ old, fresh }: Typed): Promise<void> => {
    if (!(await run(() => staff.password(old, fresh)))) return;
    tell.good(T.password.done);
    onClose();
  };
  return (
    <Modal
      open
      title={T.password.title}
      width={380}
      okText={T.save}
      confirmLoading={busy}
      okButtonProps={{ 'data-testid': 'password-submit' }}
      onOk={() => form.submit()}
      afterOpenChange={opened}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(typed) => void save(typed)}>
        <Form.Item name="old" label={T.password.old} rules={[{ required: true, message: T.people.required }]}>
          <Input.Password ref={first} autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="fresh"
          label={T.password.fresh}
          extra={T.password.rule}
          rules={[{ required: true, min: SHORTEST, message: T.password.rule }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={T.password.again}
          dependencies={['fresh']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue('fresh') ? Promise.resolve() : Promise.reject(new Error(T.password.differ)),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
