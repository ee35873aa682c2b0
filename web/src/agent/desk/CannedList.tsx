import { useEffect, useRef } from 'react';
import type { Canned } from '../contractCustomer';
import { T } from '../texts';

interface Props {
  found: Canned[];
  place: number;
  onPlace(place: number): void;
  onChoose(one: Canned): void;
}

/** The list over the composer while `/code` is typed. The focus stays in the composer. */
export function CannedList({ found, place, onPlace, onChoose }: Props): JSX.Element {
  const here = useRef<HTMLLIElement>(null);
  useEffect(() => {
    here.current?.scrollIntoView({ block: 'nearest' });
  }, [place]);
  return (
    <div className="canned" data-testid="canned-list">
      {found.length === 0 && <p className="quiet">{T.composer.cannedEmpty}</p>}
      <ul id="canned-list" role="listbox" aria-label={T.composer.canned}>
        {found.map((one, index) => (
          <li
            key={one.code}
            ref={index === place ? here : null}
            id={`canned-${index}`}
            role="option"
            aria-selected={index === place}
            data-testid={`canned-${one.code}`}
            onMouseEnter={() => onPlace(index)}
            onMouseDown={(event) => {
              event.preventDefault();
              onChoose(one);
            }}
          >
            <code>/{one.code}</code>
            <strong>{one.title}</strong>
            <span>{one.text}</span>
          </li>
        ))}
      </ul>
      {found.length > 0 && <p className="canned__hint">{T.composer.cannedHint}</p>}
    </div>
  );
}
