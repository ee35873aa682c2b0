import { Button, Empty, Input } from 'antd';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useDeed } from '../../agent/hooks';
import { useKb } from '../context';
import type { Finding, FoundEntity } from '../contract';
import { readMarkup, withSpan, writeMarkup } from '../markup';
import { duplicates, form, MOST_LETTERS } from '../paste';
import { K } from '../texts';
import { ExampleLine } from './ExampleLine';
import { Field } from './Field';
import { MarkMenu, type Marking } from './MarkMenu';
import { PasteDialog } from './PasteDialog';

const MOST_FOUND = 60;
const NONE: FoundEntity[] = [];
const NO_FINDINGS: Finding[] = [];

interface Props {
  sentences: string[];
  findings: Finding[];
  mayEdit: boolean;
  onChange(sentences: string[]): void;
}

/** 例句: one a line; entities are marked with the mouse, or accepted from what the extractor finds. */
export function Examples({ sentences, findings, mayEdit, onChange }: Props): JSX.Element {
  const kb = useKb();
  const [typed, setTyped] = useState('');
  const [addError, setAddError] = useState<string | null>(null);
  const [word, setWord] = useState('');
  const [pasting, setPasting] = useState(false);
  /** Lines that were pasted into the field for one sentence. */
  const first = useRef('');
  const [marking, setMarking] = useState<Marking | null>(null);
  const [proposed, setProposed] = useState<Record<string, FoundEntity[]>>({});
  const { busy, run } = useDeed(kb.tell.bad);
  const again = useMemo(() => duplicates(sentences), [sentences]);
  const bySentence = useMemo(() => {
    const found = new Map<string, Finding[]>();
    for (const finding of findings)
      if (finding.sentence !== null) found.set(finding.sentence, [...(found.get(finding.sentence) ?? []), finding]);
    return found;
  }, [findings]);

  // Lines keep their functions, so that only the line that changes is drawn anew.
  const latest = useRef({ sentences, onChange, proposed });
  latest.current = { sentences, onChange, proposed };
  const replace = useCallback((place: number, sentence: string): void => {
    const held = latest.current.sentences;
    latest.current.onChange(held.map((one, at) => (at === place ? sentence : one)));
  }, []);
  const remove = useCallback((place: number): void => {
    latest.current.onChange(latest.current.sentences.filter((_, at) => at !== place));
  }, []);
  const find = useCallback(
    (places: number[]): void => {
      void run(async () => {
        const found: Record<string, FoundEntity[]> = {};
        let number = 0;
        for (const place of places) {
          const marked = readMarkup(latest.current.sentences[place] ?? '');
          const fresh = (await kb.api.entities(marked.text)).filter(
            (one) => !marked.spans.some((span) => span.start < one.end && one.start < span.end),
          );
          if (fresh.length) found[marked.text] = fresh;
          number += fresh.length;
        }
        setProposed((held) => ({ ...held, ...found }));
        kb.tell.good(K.examples.found(number));
      });
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [kb.api],
  );
  const accept = useCallback((place: number, found: FoundEntity): void => {
    const marked = readMarkup(latest.current.sentences[place] ?? '');
    replace(place, writeMarkup(withSpan(marked, found)));
    setProposed((held) => ({ ...held, [marked.text]: (held[marked.text] ?? []).filter((one) => one !== found) }));
  }, [replace]);
  const list = useRef<HTMLOListElement>(null);
  /** Once the line is drawn anew, which takes another sentence to another element. */
  const backTo = useCallback((place: number): void => {
    setTimeout(() => list.current?.querySelector<HTMLElement>(`button[data-place="${place}"]`)?.focus(), 0);
  }, []);
  const waiting = Object.values(proposed).reduce((sum, found) => sum + found.length, 0);
  const acceptAll = (): void => {
    onChange(
      sentences.map((sentence) => {
        const marked = readMarkup(sentence);
        return writeMarkup((proposed[marked.text] ?? []).reduce(withSpan, marked));
      }),
    );
    setProposed({});
  };
  const add = (): void => {
    const sentence = typed.trim();
    if (!sentence) return;
    if (sentence.length > MOST_LETTERS) return setAddError(K.examples.tooLong);
    const there = sentences.findIndex((one) => form(one) === form(sentence));
    if (there >= 0) return setAddError(K.examples.duplicate(there + 1));
    onChange([...sentences, sentence]);
    setTyped('');
  };
  const shown = sentences
    .map((sentence, place) => ({ sentence, place }))
    .filter(({ sentence }) => !word.trim() || readMarkup(sentence).text.includes(word.trim()));
  return (
    <Field
      label={K.intent.examples}
      hint={mayEdit ? K.examples.markHint : undefined}
      end={
        <span className="row-deeds">
          <span className={sentences.length < 10 ? 'tag tag--gold' : 'tag'} data-testid="example-count">
            {K.examples.count(sentences.length)}
          </span>
          {sentences.length < 10 && <span className="quiet">{K.examples.advice}</span>}
          {again.size > 0 && (
            <span className="tag tag--red" data-testid="duplicate-count">
              {K.examples.repeated(again.size)}
            </span>
          )}
          {sentences.length > 8 && (
            <Input
              allowClear
              size="small"
              className="examples__filter"
              value={word}
              placeholder={K.examples.filter}
              data-testid="example-filter"
              onChange={(event) => setWord(event.target.value)}
            />
          )}
          {mayEdit && (
            <>
              <Button
                size="small"
                loading={busy}
                disabled={!shown.length}
                data-testid="find-entities"
                onClick={() => find(shown.slice(0, MOST_FOUND).map(({ place }) => place))}
              >
                {K.examples.find}
              </Button>
              {waiting > 0 && (
                <>
                  <Button size="small" type="primary" ghost data-testid="accept-entities" onClick={acceptAll}>
                    {K.examples.acceptAll}
                  </Button>
                  <Button size="small" type="text" data-testid="drop-entities" onClick={() => setProposed({})}>
                    {K.examples.dropAll}
                  </Button>
                </>
              )}
              <Button size="small" type="primary" ghost data-testid="paste" onClick={() => setPasting(true)}>
                {K.examples.paste}
              </Button>
            </>
          )}
        </span>
      }
    >
      <ol className="examples" ref={list} data-testid="examples">
        {shown.map(({ sentence, place }) => (
          <ExampleLine
            key={`${place}-${form(sentence)}`}
            place={place}
            sentence={sentence}
            repeats={again.get(place) ?? null}
            findings={bySentence.get(sentence) ?? NO_FINDINGS}
            proposed={proposed[readMarkup(sentence).text] ?? NONE}
            mayEdit={mayEdit}
            onReplace={replace}
            onRemove={remove}
            onMark={setMarking}
            onAccept={accept}
            onLeft={backTo}
          />
        ))}
      </ol>
      {shown.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={sentences.length ? K.examples.noneFound : K.examples.empty}
        />
      )}
      {mayEdit && (
        <div className="examples__add">
          <Input
            value={typed}
            status={addError ? 'error' : ''}
            placeholder={K.examples.addPlaceholder}
            aria-label={K.examples.add}
            data-testid="example-add"
            onChange={(event) => {
              setTyped(event.target.value);
              setAddError(null);
            }}
            onPaste={(event) => {
              const text = event.clipboardData.getData('text');
              if (!/\S[\r\n]+\S/.test(text)) return;
              event.preventDefault();
              setTyped('');
              setPasting(true);
              first.current = text;
            }}
            onPressEnter={(event) => !event.nativeEvent.isComposing && add()}
          />
          <Button disabled={!typed.trim()} data-testid="example-add-button" onClick={add}>
            {K.add}
          </Button>
        </div>
      )}
      {addError && (
        <p className="bad" role="alert" data-testid="example-error">
          {addError}
        </p>
      )}
      {pasting && (
        <PasteDialog
          held={sentences}
          first={first.current}
          onAdd={(fresh) => {
            onChange([...sentences, ...fresh]);
            kb.tell.good(K.examples.pasted(fresh.length));
          }}
          onClose={() => {
            first.current = '';
            setPasting(false);
          }}
        />
      )}
      {marking && (
        <MarkMenu
          marking={marking}
          onChoose={(entity) => {
            const marked = readMarkup(sentences[marking.place] ?? '');
            replace(marking.place, writeMarkup(withSpan(marked, { ...marking.span, entity })));
            setMarking(null);
            backTo(marking.place);
          }}
          onClose={(byKey) => {
            setMarking(null);
            if (byKey) backTo(marking.place);
          }}
        />
      )}
    </Field>
  );
}
