import { useState } from 'react';
import type { Entry } from './contract';
import { B } from './texts';

interface Props {
  name: string;
  entries: Entry[];
  onOpen(entry: Entry): void;
}

const FIRST = 8;

/** What a figure was about, most first; each row opens its conversations. */
export function Ranking({ name, entries, onOpen }: Props): JSX.Element {
  const [all, setAll] = useState(false);
  const most = Math.max(...entries.map(({ count }) => count), 1);
  const shown = all ? entries : entries.slice(0, FIRST);
  return (
    <section className="panel" data-testid={`part-${name}`}>
      <h2>{B.parts[name]}</h2>
      {entries.length === 0 && <p className="panel__empty">{B.empty[name]}</p>}
      <ul className="ranking">
        {shown.map((entry) => (
          <li key={entry.key}>
            <button type="button" onClick={() => onOpen(entry)} data-testid={`entry-${name}`}>
              <span className="ranking__name" title={entry.title}>
                {entry.title}
              </span>
              <span className="ranking__bar" aria-hidden="true">
                <i style={{ width: `${(entry.count / most) * 100}%` }} />
              </span>
              <b>{entry.count.toLocaleString('en-US')}</b>
              <Since count={entry.count} before={entry.before} />
            </button>
          </li>
        ))}
      </ul>
      {entries.length > FIRST && (
        <button type="button" className="text-button" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? B.less : B.more(entries.length - FIRST)}
        </button>
      )}
    </section>
  );
}

/** +12% since the period before, without a judgement. */
function Since({ count, before }: { count: number; before: number }): JSX.Element {
  if (before === 0) return <small title={B.noBefore}>—</small>;
  const by = Math.round((count / before - 1) * 100);
  return <small title={`${B.before} ${before}`}>{by === 0 ? B.flat : `${by > 0 ? '↑' : '↓'}${Math.abs(by)}%`}</small>;
}
