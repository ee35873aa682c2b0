import { CONTENT } from '../address';
import { useKb } from '../context';
import type { Kind } from '../contract';
import { K } from '../texts';
import { ObjectsPane } from './ObjectsPane';

/** 内容: what is said that is no intent, by kind. */
export function ContentScreen({ kind, open }: { kind: Kind; open: string }): JSX.Element {
  const kb = useKb();
  return (
    <div className="kb-tabbed">
      <nav className="kb-tabs" role="tablist" aria-label={K.places.content}>
        {CONTENT.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={one === kind}
            className={one === kind ? 'kb-tab kb-tab--here' : 'kb-tab'}
            data-testid={`tab-${one}`}
            onClick={() => kb.go('content', '', one)}
          >
            {K.kinds[one]}
          </button>
        ))}
      </nav>
      <ObjectsPane key={kind} kind={kind} open={open} />
    </div>
  );
}
