import { Alert, App as AntApp, Button, ConfigProvider, Skeleton } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Trouble } from '../../agent/components/Trouble';
import { useKb } from '../context';
import type { Finding, Kind, Value } from '../contract';
import { useChecked, useSaveKey } from '../hooks';
import { K } from '../texts';
import { goodName, titleOf } from '../values';
import { FindingsPanel } from './FindingsPanel';
import { FORMS } from './forms';
import { KeyField } from './KeyField';
import { RefactorDialog } from './RefactorDialog';
import { StaleDialog } from './StaleDialog';
import { useObject } from './useObject';

interface Props {
  kind: Kind;
  /** Empty while something new is written. */
  name: string;
  taken: string[];
  onSaved(): void;
}

interface Asked {
  draft: string;
  key: string;
  value: Value;
}

const GOOD_KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Why a new object's key will not do; null when it will. */
function wrongKey(kind: Kind, key: string, taken: string[]): string | null {
  if (!key.trim()) return K.editor.needKey;
  if (taken.includes(key)) return K.newIntent.taken;
  if (kind === 'case' || kind === 'hours') return null;
  if (kind === 'intent') return goodName(key) ? null : K.newIntent.wrong;
  return GOOD_KEY.test(key) ? null : K.editor.wrongKey;
}

export function ObjectEditor({ kind, name, taken, onSaved }: Props): JSX.Element {
  const kb = useKb();
  const { modal } = AntApp.useApp();
  const edited = useObject(kind, name);
  const { held, value, key, dirty } = edited;
  const [refactoring, setRefactoring] = useState(false);
  const [keyError, setKeyError] = useState<string | null>(null);
  const form = useRef<HTMLDivElement>(null);

  const asked = useMemo<Asked | null>(
    () => (value && kb.mayEdit && (name || dirty) ? { draft: kb.draftId, key: key || 'new', value } : null),
    [value, kb.mayEdit, kb.draftId, key, name, dirty],
  );
  const checked = useChecked<Asked>(asked, (one, background) =>
    kb.api.check(one.draft, kind, one.key, one.value, background),
  );

  const save = async (): Promise<void> => {
    if (!kb.mayEdit || (!dirty && name) || !value) return;
    if (!name) {
      const wrong = wrongKey(kind, key, taken);
      setKeyError(wrong);
      if (wrong) return;
    }
    if (!(await edited.save())) return;
    kb.tell.good(K.saved);
    onSaved();
    if (!name) kb.open(kind, key);
  };
  useSaveKey(() => {
    // A field that writes when it is left, writes now.
    if (document.activeElement instanceof HTMLElement && form.current?.contains(document.activeElement))
      document.activeElement.blur();
    setTimeout(() => void latest.current(), 0);
  });
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => setKeyError(null), [key]);

  if (edited.error) return <Trouble title={K.editor.failed} error={edited.error} onRetry={edited.reload} />;
  if (!held) return <Skeleton active paragraph={{ rows: 12 }} />;

  const removed = value === null;
  const title = name ? titleOf(kind, name, value ?? held.live) : K.editor.newTitle(K.kinds[kind]);
  const state = !name || (!held.live && value) ? 'isNew' : held.version > 0 ? 'isChanged' : 'liveNow';
  const remove = (): void =>
    void modal.confirm({
      title: K.editor.removeAsk(title),
      content: K.editor.removeBody,
      okText: K.editor.remove,
      cancelText: K.cancel,
      okButtonProps: { danger: true, 'data-testid': 'remove-yes' },
      onOk: async () => {
        if (!(await edited.save(null))) return;
        kb.tell.good(K.editor.removedNow);
        onSaved();
      },
    });
  const revert = (): void =>
    void modal.confirm({
      title: K.editor.revertAsk,
      okText: K.editor.revert,
      cancelText: K.cancel,
      okButtonProps: { 'data-testid': 'revert-yes' },
      onOk: async () => {
        if (await edited.save(held.live)) onSaved();
      },
    });
  const Form = FORMS[kind];
  const shownTitle = kind === 'hours' ? groupTitle(name || key, kb.words.groups) : title;
  return (
    <div className="editor" data-testid="editor" data-kind={kind} ref={form}>
      <header className="editor__head">
        <div className="editor__title">
          <h2>{shownTitle}</h2>
          {name && shownTitle !== name && <code>{name}</code>}
          <span className={STATE_COLOURS[state]}>{K.editor[state]}</span>
          <span className="quiet" role="status" data-testid="save-state">
            {dirty ? K.editor.unsaved : held.version > 0 && held.author ? K.editor.lastBy(held.author) : ''}
          </span>
        </div>
        {kb.mayEdit && !removed && (
          <div className="row-deeds">
            {kind === 'intent' && name && (
              <Button size="small" data-testid="refactor" onClick={() => (dirty ? kb.tell.bad(K.refactor.unsaved) : setRefactoring(true))}>
                {K.intent.refactor}
              </Button>
            )}
            {held.live && held.version > 0 && (
              <Button size="small" data-testid="revert" onClick={revert}>
                {K.editor.revert}
              </Button>
            )}
            {name && kind !== 'intent' && !(kind === 'hours' && name === 'default') && (
              <Button size="small" danger data-testid="remove" onClick={remove}>
                {K.editor.remove}
              </Button>
            )}
            <Button
              type="primary"
              size="small"
              title={K.editor.saveHint}
              disabled={!dirty && Boolean(name)}
              loading={edited.busy}
              data-testid="save"
              onClick={() => void save()}
            >
              {K.save}
            </Button>
          </div>
        )}
      </header>
      {edited.restored && (
        <Alert
          type="info"
          showIcon
          message={K.editor.restored}
          action={
            <Button size="small" data-testid="drop-restored" onClick={edited.dropTyped}>
              {K.editor.dropRestored}
            </Button>
          }
        />
      )}
      {kb.mayEdit && (kb.draft?.state === 'submitted' || kb.draft?.state === 'approved') && (
        <p className="kb-note kb-note--gold">{K.bar.inReview}</p>
      )}
      {!kb.mayEdit && <p className="kb-note">{K.readOnly}</p>}
      {removed ? (
        <Alert
          type="warning"
          showIcon
          data-testid="is-removed"
          message={K.editor.isRemoved}
          action={
            kb.mayEdit &&
            held.live && (
              <Button size="small" data-testid="restore" onClick={() => void edited.save(held.live).then((done) => done && onSaved())}>
                {K.editor.restore}
              </Button>
            )
          }
        />
      ) : (
        <div className="editor__body">
          <fieldset className="editor__form" disabled={!kb.mayEdit}>
            {!name && <KeyField kind={kind} value={key} error={keyError} taken={taken} onChange={edited.rename} />}
            <ConfigProvider componentDisabled={!kb.mayEdit}>
              <Form value={value} onChange={edited.change} findings={checked.findings} mayEdit={kb.mayEdit} name={name} />
            </ConfigProvider>
          </fieldset>
          {kb.mayEdit && <FindingsPanel checked={checked} apart={apartFrom(kind, value)} />}
        </div>
      )}
      {edited.stale && (
        <StaleDialog
          theirs={edited.stale}
          mine={value}
          onTheirs={edited.takeTheirs}
          onMine={() => void edited.save(undefined, edited.stale?.version).then((done) => done && onSaved())}
          onClose={edited.dismissStale}
        />
      )}
      {refactoring && value && (
        <RefactorDialog
          intent={name}
          title={title}
          examples={Array.isArray(value.examples) ? value.examples.map(String) : []}
          onClose={() => setRefactoring(false)}
          onDone={(next) => {
            setRefactoring(false);
            edited.reload();
            onSaved();
            if (next && next !== name) kb.open('intent', next);
          }}
        />
      )}
    </div>
  );
}

const STATE_COLOURS = { isNew: 'tag tag--green', isChanged: 'tag tag--blue', liveNow: 'tag' };

const groupTitle = (name: string, groups: { name: string; title: string }[]): string =>
  name === 'default' ? K.hours.defaultGroup : (groups.find((group) => group.name === name)?.title ?? name);

/** Findings about a sentence that the form shows beside that sentence. */
function apartFrom(kind: Kind, value: Value): (finding: Finding) => boolean {
  const examples = kind === 'intent' && Array.isArray(value.examples) ? new Set(value.examples) : null;
  return (finding) => !(finding.sentence !== null && examples?.has(finding.sentence));
}

