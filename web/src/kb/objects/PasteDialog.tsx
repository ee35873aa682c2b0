import { Input, Modal } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useMemo, useState } from 'react';
import { useFirstField } from '../../agent/hooks';
import { pasted } from '../paste';
import { K } from '../texts';

interface Props {
  held: string[];
  first: string;
  onAdd(fresh: string[]): void;
  onClose(): void;
}

/** Many sentences at once; what is there already is told and left out. */
export function PasteDialog({ held, first, onAdd, onClose }: Props): JSX.Element {
  const [text, setText] = useState(first);
  const field = useFirstField<TextAreaRef>();
  const found = useMemo(() => pasted(text, held), [text, held]);
  const add = (): void => {
    if (!found.fresh.length) return;
    onAdd(found.fresh);
    onClose();
  };
  return (
    <Modal
      open
      width={560}
      afterOpenChange={field.opened}
      title={K.examples.pasteTitle}
      okText={K.examples.pasteAdd(found.fresh.length)}
      okButtonProps={{ disabled: !found.fresh.length, 'data-testid': 'paste-add' }}
      onOk={add}
      onCancel={onClose}
    >
      <p className="quiet">{K.examples.pasteHint}</p>
      <Input.TextArea
        ref={field.first}
        rows={10}
        value={text}
        placeholder={K.examples.pastePlaceholder}
        aria-label={K.examples.pasteTitle}
        data-testid="paste-text"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && add()}
      />
      {text.trim() && (
        <p role="status" data-testid="paste-result">
          {K.examples.pasteResult(found.fresh.length, found.repeated.length, found.long.length)}
        </p>
      )}
      {found.repeated.length > 0 && <p className="quiet paste__repeated">{found.repeated.slice(0, 8).join('、')}</p>}
    </Modal>
  );
}
