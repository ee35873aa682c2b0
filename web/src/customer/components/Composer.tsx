import {
  forwardRef,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
} from 'react';
import { readDraft, sendsOn, TEXT_LIMIT } from '../../shared/compose';
import { checkPicture, PICTURE_TYPES } from '../pictures';
import { T } from '../texts';
import { PictureIcon, SendIcon } from './icons';
import { PicturePreview, type Picture } from './PicturePreview';

interface Props {
  disabled: boolean;
  /** Large type; the field is measured anew when it changes. */
  large: boolean;
  /** A person reads what is written. */
  attended: boolean;
  onText(text: string): void;
  onPicture(file: File, preview: string): void;
}

export interface ComposerHandle {
  /** Back to writing, unless that would raise the keyboard of a phone. */
  focus(): void;
  fill(text: string): void;
}

const hasKeyboard = (): boolean => window.matchMedia('(hover: hover) and (pointer: fine)').matches;

export const Composer = forwardRef<ComposerHandle, Props>(function Composer(props, handle) {
  const { disabled, large, attended, onText, onPicture } = props;
  const [raw, setRaw] = useState('');
  const [picture, setPicture] = useState<Picture | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const draft = readDraft(raw);
  const ready = !disabled && draft.over === 0 && (draft.canSend || picture !== null);

  useImperativeHandle(handle, () => ({
    focus: () => {
      if (hasKeyboard()) area.current?.focus();
    },
    fill: (text) => {
      setRaw(text);
      // A sheet that covers the page must have closed first.
      if (hasKeyboard()) setTimeout(() => area.current?.focus());
    },
  }));

  // The field grows with what is written; its largest height is the style sheet's.
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    const borders = element.offsetHeight - element.clientHeight;
    element.style.height = `${element.scrollHeight + borders}px`;
  }, [raw, large]);

  const send = (): void => {
    if (!ready) return;
    if (picture) onPicture(picture.file, picture.preview);
    if (draft.canSend) onText(draft.text);
    setPicture(null);
    setProblem(null);
    setRaw('');
    area.current?.focus();
  };
  const attach = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const wrong = await checkPicture(file);
    setProblem(wrong);
    if (wrong) return;
    drop();
    setPicture({ file, preview: URL.createObjectURL(file) });
    if (hasKeyboard()) area.current?.focus();
  };
  const drop = (): void => {
    if (picture) URL.revokeObjectURL(picture.preview);
    setPicture(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    const { isComposing, keyCode } = event.nativeEvent;
    if (!sendsOn({ key: event.key, shiftKey: event.shiftKey, isComposing, keyCode })) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith('image/'));
    if (!file) return;
    event.preventDefault();
    void attach(file);
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {problem && (
        <p className="composer__problem" role="alert" data-testid="composer-problem">
          {problem}
        </p>
      )}
      {picture && <PicturePreview picture={picture} onRemove={drop} />}
      <div className="composer__line">
        <button
          type="button"
          className="composer__picture"
          aria-label={T.composer.picture}
          title={T.composer.picture}
          disabled={disabled}
          onClick={() => files.current?.click()}
        >
          <PictureIcon />
        </button>
        <input
          ref={files}
          type="file"
          hidden
          tabIndex={-1}
          accept={PICTURE_TYPES.join(',')}
          data-testid="picture-input"
          onChange={(event) => {
            void attach(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        <textarea
          ref={area}
          className="composer__text"
          rows={1}
          value={raw}
          disabled={disabled}
          autoFocus={hasKeyboard()}
          aria-label={T.composer.label}
          aria-describedby="composer-count"
          aria-invalid={draft.over > 0}
          placeholder={attended ? T.composer.placeholderHuman : T.composer.placeholder}
          enterKeyHint="send"
          autoComplete="off"
          data-testid="composer"
          onChange={(event) => setRaw(event.target.value)}
          onKeyDown={onKey}
          onPaste={onPaste}
        />
        <button
          type="submit"
          className="composer__send"
          aria-label={T.sendLabel}
          disabled={!ready}
          data-testid="send"
          // The field keeps the focus, so that a phone's keyboard stays up between sentences.
          onMouseDown={(event) => event.preventDefault()}
        >
          <SendIcon />
        </button>
      </div>
      <p id="composer-count" className="composer__under">
        {draft.over > 0 ? (
          <span className="composer__over" role="status">{T.composer.over(draft.over)}</span>
        ) : (
          <span className="composer__hint">{T.composer.hint}</span>
        )}
        {draft.showCounter && (
          <span className={draft.over > 0 ? 'composer__over' : undefined} data-testid="counter">
            {T.composer.count(draft.used, TEXT_LIMIT)}
          </span>
        )}
      </p>
    </form>
  );
});
