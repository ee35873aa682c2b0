import { Form, Input, Modal, type InputRef } from 'antd';
import { useState } from 'react';
import { useFirstField } from '../../agent/hooks';
import { useKb } from '../context';
import { K } from '../texts';
import { goodName } from '../values';

interface Typed {
  name: string;
  title: string;
}

interface Props {
  /** Its first examples. */
  sentences: string[];
  onCreate(name: string, title: string): Promise<void>;
  onClose(): void;
}

export function NewIntentDialog({ sentences, onCreate, onClose }: Props): JSX.Element {
  const { intents } = useKb();
  const [form] = Form.useForm<Typed>();
  const [busy, setBusy] = useState(false);
  const { first, opened } = useFirstField<InputRef>();
  const create = async ({ name, title }: Typed): Promise<void> => {
    setBusy(true);
    await onCreate(name.trim(), title.trim()).finally(() => setBusy(false));
  };
  return (
    <Modal
      open
      width={460}
      afterOpenChange={opened}
      title={K.newIntent.title}
      okText={K.newIntent.create}
      confirmLoading={busy}
      okButtonProps={{ 'data-testid': 'intent-create' }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: '', title: '' }}
        data-testid="new-intent"
        onFinish={(typed) => void create(typed)}
      >
        <Form.Item
          name="title"
          label={K.newIntent.shown}
          extra={K.newIntent.shownHint}
          rules={[{ required: true, whitespace: true, message: K.fieldRequired }]}
        >
          <Input ref={first} maxLength={30} data-testid="intent-title" onPressEnter={() => form.submit()} />
        </Form.Item>
        <Form.Item
          name="name"
          label={K.newIntent.name}
          extra={K.newIntent.nameHint}
          rules={[
            {
              validator: (_, value: string) => {
                const name = value.trim();
                if (!goodName(name)) return Promise.reject(new Error(K.newIntent.wrong));
                if (intents.some(({ key }) => key === name)) return Promise.reject(new Error(K.newIntent.taken));
                return Promise.resolve();
              },
            },
          ]}
        >
          <Input maxLength={64} data-testid="intent-name" onPressEnter={() => form.submit()} />
        </Form.Item>
      </Form>
      {sentences.length > 0 && (
        <div className="first-examples">
          <p className="quiet">{K.newIntent.with(sentences.length)}</p>
          <ul>
            {sentences.slice(0, 6).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      )}
    </Modal>
  );
}
