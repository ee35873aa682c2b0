import { Input } from 'antd';
import { memo, useState } from 'react';
import { useKb } from '../context';
import type { Finding, FoundEntity } from '../contract';
import { pieces, readMarkup, retyped, withoutSpan, writeMarkup } from '../markup';
import { MOST_LETTERS } from '../paste';
import { FindingLine } from '../parts/FindingLine';
import { K } from '../texts';
import { colourOf } from './colours';
import type { Marking } from './MarkMenu';
import { selectedIn } from './selected';

interface Props {
  place: number;
  sentence: string;
  /** The place of the same sentence before this one. */
  repeats: number | null;
  findings: Finding[];
  proposed: FoundEntity[];
  mayEdit: boolean;
  onReplace(place: number, sentence: string): void;
  onRemove(place: number): void;
  onMark(marking: Marking): void;
  onAccept(place: number, found: FoundEntity): void;
  /** Left with a key: whoever works without a mouse goes on from here. */
  onLeft(place: number): void;
}

/** One example: its words with their entities as chips, to be marked, changed or removed. */
export const ExampleLine = memo(function ExampleLine(props: Props): JSX.Element {
  const { place, sentence, repeats, findings, proposed, mayEdit, onReplace, onRemove, onMark, onAccept, onLeft } = props;
  const { titleOfEntity } = useKb();
  const [editing, setEditing] = useState<string | null>(null);
  const marked = readMarkup(sentence);
  const shown = pieces({
    ...marked,
    spans: [...marked.spans, ...proposed.map(({ start, end, entity }) => ({ start, end, entity, proposed: true }))],
  });
  const finish = (): void => {
    const text = editing?.trim();
    setEditing(null);
    if (text && text !== marked.text) onReplace(place, writeMarkup(retyped(marked, text)));
  };
  const bad = repeats !== null || findings.some(({ level }) => level === 'error');
  return (
    <li className={bad ? 'example example--bad' : 'example'} data-sentence={sentence} data-testid="example">
      <div className="example__line">
        <span className="example__number">{place + 1}</span>
        {editing === null ? (
          <span
            className="example__text"
            data-testid="example-text"
            onMouseUp={(event) => {
              const span = mayEdit ? selectedIn(event.currentTarget) : null;
              if (span) onMark({ place, span, text: marked.text.slice(span.start, span.end), x: event.clientX, y: event.clientY });
            }}
            onDoubleClick={() => mayEdit && !window.getSelection()?.toString() && setEditing(marked.text)}
          >
            {shown.map(({ text, start, span }) =>
              span ? (
                <span
                  key={start}
                  className={span.proposed ? 'chip-entity chip-entity--proposed' : 'chip-entity'}
                  style={{ '--chip': colourOf(span.entity) } as React.CSSProperties}
                  data-testid={span.proposed ? 'proposed' : 'entity'}
                >
                  <span data-start={start}>{text}</span>
                  {span.proposed ? (
                    <button
                      type="button"
                      aria-label={K.examples.accept(text, titleOfEntity(span.entity))}
                      title={K.examples.accept(text, titleOfEntity(span.entity))}
                      data-testid="accept-entity"
                      onClick={() => {
                        const found = proposed.find((one) => one.start === start);
                        if (found) onAccept(place, found);
                      }}
                    >
                      {titleOfEntity(span.entity)} ✓
                    </button>
                  ) : mayEdit ? (
                    <button
                      type="button"
                      aria-label={`${K.examples.unmark} ${text}`}
                      title={K.examples.unmark}
                      data-testid="unmark"
                      onClick={() => onReplace(place, writeMarkup(withoutSpan(marked, start)))}
                    >
                      {titleOfEntity(span.entity)} ×
                    </button>
                  ) : (
                    <i>{titleOfEntity(span.entity)}</i>
                  )}
                </span>
              ) : (
                <span key={start} data-start={start}>
                  {text}
                </span>
              ),
            )}
          </span>
        ) : (
          <Input
            autoFocus
            size="small"
            maxLength={MOST_LETTERS}
            value={editing}
            data-testid="example-edit"
            onChange={(event) => setEditing(event.target.value)}
            onBlur={finish}
            onPressEnter={(event) => {
              if (event.nativeEvent.isComposing) return;
              finish();
              onLeft(place);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              setEditing(null);
              onLeft(place);
            }}
          />
        )}
        {mayEdit && editing === null && (
          <span className="example__deeds">
            <button
              type="button"
              className="text-button"
              data-place={place}
              data-testid="example-edit-button"
              onClick={() => setEditing(marked.text)}
            >
              {K.edit}
            </button>
            <button
              type="button"
              className="text-button"
              aria-label={`${K.examples.remove}：${marked.text}`}
              data-testid="example-remove"
              onClick={() => onRemove(place)}
            >
              {K.remove}
            </button>
          </span>
        )}
      </div>
      {repeats !== null && (
        <p className="example__repeat bad" data-testid="example-duplicate">
          {K.examples.duplicate(repeats + 1)}
        </p>
      )}
      {findings.map((finding, at) => (
        <FindingLine key={at} finding={finding} />
      ))}
    </li>
  );
});
