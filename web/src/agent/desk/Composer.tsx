import { Button, Tooltip } from 'antd';
import { forwardRef, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { readDraft, sendsOn } from '../../shared/compose';
import { cannedQuery, matchCanned } from '../canned';
import { PictureIcon, QuickIcon } from '../components/icons';
import type { Canned } from '../contractCustomer';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { CannedList } from './CannedList';

export interface ComposerHandle {
  /** Puts a text where the cursor is; `select` marks a part of it to be typed over. */
  insert(text: string, select: [number, number] | null): void;
}

interface Props {
  handover: string;
  canned: Canned[];
  disabled: boolean;
  onCanned(text: string): void;
}

const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];
const PICTURE_BYTES = 5 * 1024 * 1024;

export const Composer = forwardRef<ComposerHandle, Props>(function Composer(props, ref) {
  const { handover, canned, disabled, onCanned } = props;
  const { desk, keep, tell } = useWorkbench();
  const [text, setText] = useState(() => keep.draft(handover));
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const [place, setPlace] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const draft = readDraft(text);
  const query = cannedQuery(text);
  const found = query === null || closedFor === text ? null : matchCanned(canned, query);

  const change = (next: string): void => {
    setText(next);
    setPlace(0);
    keep.keepDraft(handover, next);
  };
  const put = (inserted: string, select: [number, number] | null): void => {
    const area = field.current;
    const slash = cannedQuery(text) !== null;
    const from = slash ? 0 : (area?.selectionStart ?? text.length);
    const to = slash ? text.length : (area?.selectionEnd ?? text.length);
    change(text.slice(0, from) + inserted + text.slice(to));
    requestAnimationFrame(() => {
      const [start, end] = select ?? [inserted.length, inserted.length];
      area?.focus();
      area?.setSelectionRange(from + start, from + end);
    });
  };
  useImperativeHandle(ref, () => ({ insert: put }));
  useEffect(() => {
    field.current?.focus();
  }, []);

  const send = (): void => {
    if (!draft.canSend || disabled) return;
    desk.say(handover, draft.text);
    change('');
    field.current?.focus();
  };
  const choose = (one: Canned): void => onCanned(one.text);
  const picture = (file: File | undefined): void => {
    if (!file) return;
    if (!PICTURES.includes(file.type)) tell.bad(T.composer.pictureType);
    else if (file.size > PICTURE_BYTES) tell.bad(T.composer.pictureSize);
    else desk.say(handover, '', file);
  };

  const pressed = (event: React.KeyboardEvent<HTMLTextAreaElement>): void => {
    if (found) {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      const chosen = found[place];
      if (event.key === 'Escape') setClosedFor(text);
      else if (step && found.length) setPlace((place + step + found.length) % found.length);
      else if ((event.key === 'Enter' || event.key === 'Tab') && chosen && !event.nativeEvent.isComposing) choose(chosen);
      else return;
      event.preventDefault();
      return;
    }
    const { key, shiftKey, keyCode, nativeEvent } = event;
    if (sendsOn({ key, shiftKey, keyCode, isComposing: nativeEvent.isComposing })) {
      event.preventDefault();
      send();
    }
  };

  return (
    <div className="composer">
      {found && <CannedList found={found} place={place} onPlace={setPlace} onChoose={choose} />}
      <textarea
        ref={field}
        className="composer__field"
        data-testid="composer"
        aria-label={T.composer.label}
        aria-expanded={found !== null}
        aria-controls={found ? 'canned-list' : undefined}
        aria-activedescendant={found?.length ? `canned-${place}` : undefined}
        placeholder={T.composer.placeholder}
        rows={2}
        value={text}
        disabled={disabled}
        onChange={(event) => {
          change(event.target.value);
          if (event.target.value) desk.typing(handover);
        }}
        onKeyDown={pressed}
        onPaste={(event) => {
          const file = [...event.clipboardData.files].find((one) => PICTURES.includes(one.type));
          if (!file) return;
          event.preventDefault();
          picture(file);
        }}
      />
      <div className="composer__bar">
        <Tooltip title={T.composer.canned}>
          <button
            type="button"
            className="bar-button"
            aria-label={T.composer.canned}
            data-testid="canned"
            disabled={disabled || text !== ''}
            onClick={() => {
              change('/');
              field.current?.focus();
            }}
          >
            <QuickIcon />
            {T.composer.canned}
          </button>
        </Tooltip>
        <button
          type="button"
          className="bar-button"
          aria-label={T.composer.picture}
          data-testid="picture"
          disabled={disabled}
          onClick={() => files.current?.click()}
        >
          <PictureIcon />
          {T.line.picture}
        </button>
        <input
          ref={files}
          hidden
          type="file"
          accept={PICTURES.join(',')}
          onChange={(event) => {
            picture(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        <span className="composer__hint">
          {draft.over > 0 ? <em>{T.composer.over(draft.over)}</em> : T.composer.hint}
        </span>
        <Button type="primary" data-testid="send" disabled={disabled || !draft.canSend} onClick={send}>
          {T.composer.send}
        </Button>
      </div>
    </div>
  );
});
