import { Button, Empty, Input, Segmented, Skeleton, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Trouble } from '../../agent/components/Trouble';
import { useDeed, useLoaded } from '../../agent/hooks';
import { isTyping } from '../../agent/typing';
import { useKb } from '../context';
import type { Kind, Row } from '../contract';
import { NewIntentDialog } from '../parts/NewIntentDialog';
import { WindowedList } from '../parts/WindowedList';
import { K } from '../texts';
import { emptyValue } from '../values';
import { FileMenu } from './FileMenu';
import { ObjectEditor } from './ObjectEditor';

/** The key in the address while something new is written. */
export const FRESH = '+';
const ROW_HEIGHT = 48;

/** A searchable list of a kind's objects, and the editor of the one that is open. */
export function ObjectsPane({ kind, open }: { kind: Kind; open: string }): JSX.Element {
  const kb = useKb();
  const [word, setWord] = useState('');
  const [mode, setMode] = useState<'all' | 'changed'>('all');
  const [naming, setNaming] = useState(false);
  const search = useRef<InputRef>(null);
  const { run } = useDeed(kb.tell.bad);
  const rows = useLoaded(() => kb.api.rows(kind, kb.draftId), `rows-${kind}-${kb.draftId}`);
  const { intents } = kb;
  const { reload } = rows;
  // What the draft changed elsewhere (undo, inbox) shows here, too.
  const changes = kb.draft?.changes;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else reload();
  }, [changes, reload]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== '/' || isTyping(event.target)) return;
      event.preventDefault();
      search.current?.focus();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);

  const held: Row[] = rows.value ?? (kind === 'intent' ? intents : []);
  const typed = word.trim().toLowerCase();
  const shown = held.filter(
    ({ key, title, changed }) =>
      (mode === 'all' || changed) && (!typed || key.toLowerCase().includes(typed) || title.toLowerCase().includes(typed)),
  );
  const go = (key: string): void => (kind === 'intent' ? kb.go('intents', key) : kb.go('content', key, kind));
  const step = (by: number): void => {
    const place = shown.findIndex(({ key }) => key === open);
    const next = shown[Math.min(shown.length - 1, Math.max(0, place + by))];
    if (next) go(next.key);
  };
  const create = async (name: string, title: string): Promise<void> => {
    const draft = await kb.needDraft();
    if (!draft) return;
    if (!(await run(() => kb.api.save(draft, 'intent', name, { ...emptyValue('intent'), title }, 0)))) return;
    setNaming(false);
    kb.refreshDraft();
    kb.refreshIntents();
    rows.reload();
    go(name);
  };
  return (
    <div className="kb-split" data-testid={`objects-${kind}`}>
      <aside className="kb-split__list">
        <header className="kb-list__head">
          <Input
            ref={search}
            allowClear
            value={word}
            placeholder={K.objects.searchKeys}
            aria-label={K.objects.search}
            data-testid="object-search"
            onChange={(event) => setWord(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
                event.preventDefault();
                step(event.key === 'ArrowDown' ? 1 : -1);
              }
              if (event.key === 'Enter' && shown[0]) go(shown.find(({ key }) => key === open)?.key ?? shown[0].key);
            }}
          />
          <div className="kb-list__tools">
            <Segmented
              size="small"
              value={mode}
              options={[
                { value: 'all', label: `${K.objects.modes.all} ${held.length}` },
                { value: 'changed', label: `${K.objects.modes.changed} ${held.filter(({ changed }) => changed).length}` },
              ]}
              onChange={(next) => setMode(next as typeof mode)}
            />
            <FileMenu kind={kind} onImported={rows.reload} />
          </div>
          {kb.mayEdit && (
            <Button
              block
              type="primary"
              ghost
              data-testid={`new-${kind}`}
              onClick={() => (kind === 'intent' ? setNaming(true) : go(FRESH))}
            >
              {K.objects.fresh[kind]}
            </Button>
          )}
        </header>
        {rows.error && <Trouble title={K.objects.failed} error={rows.error} onRetry={rows.reload} />}
        {rows.loading && held.length === 0 && <Skeleton active paragraph={{ rows: 8 }} />}
        {!rows.loading && !rows.error && shown.length === 0 && (
          <Empty
            className="kb-list__empty"
            image={Empty.PRESENTED_IMAGE_SIMPLE}
            description={held.length ? K.objects.emptySearch : K.objects.empty}
          />
        )}
        {shown.length > 0 && (
          <WindowedList items={shown} rowHeight={ROW_HEIGHT} label={K.objects.list} chosen={open} keyOf={({ key }) => key}>
            {(row) => (
              <button
                type="button"
                className={row.key === open ? 'object-row object-row--here' : 'object-row'}
                aria-current={row.key === open ? 'true' : undefined}
                title={row.title || row.key}
                data-testid={`object-${row.key}`}
                onClick={() => go(row.key)}
              >
                <span className="object-row__title">
                  {row.key === 'default' && kind === 'hours' ? K.hours.defaultGroup : row.title || row.key}
                </span>
                {row.changed && <i className="object-row__changed" title={K.objects.changed} />}
                {row.title && row.title !== row.key && <code>{row.key}</code>}
                {row.count !== null && <span className="quiet">{K.objects.examples(row.count)}</span>}
              </button>
            )}
          </WindowedList>
        )}
      </aside>
      <section className="kb-split__main">
        {open ? (
          <ObjectEditor
            key={`${kind}/${open}`}
            kind={kind}
            name={open === FRESH ? '' : open}
            taken={held.map(({ key }) => key)}
            onSaved={rows.reload}
          />
        ) : (
          <div className="kb-empty">
            <Empty description={K.objects.pick[kind]} />
          </div>
        )}
      </section>
      {naming && <NewIntentDialog sentences={[]} onCreate={create} onClose={() => setNaming(false)} />}
    </div>
  );
}
