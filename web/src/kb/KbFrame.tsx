import { Badge } from 'antd';
import { useState } from 'react';
import { Trouble } from '../agent/components/Trouble';
import { useHash } from '../agent/hooks';
import { PLACES, readPlace } from './address';
import { useKb } from './context';
import { DraftsScreen } from './drafts/DraftsScreen';
import { InboxScreen } from './inbox/InboxScreen';
import { ContentScreen } from './objects/ContentScreen';
import { ObjectsPane } from './objects/ObjectsPane';
import { DraftBar } from './parts/DraftBar';
import { ReleasesScreen } from './releases/ReleasesScreen';
import { K } from './texts';
import { TryDrawer } from './TryDrawer';

/** The editor's own menu, the draft at the top, and the screen below. */
export function KbFrame(): JSX.Element {
  const kb = useKb();
  const [hash] = useHash();
  const [trying, setTrying] = useState(false);
  const place = readPlace(hash);
  const waiting = { inbox: kb.overview?.inbox.open ?? 0, drafts: kb.overview?.drafts.submitted ?? 0 };
  return (
    <div className="kb" data-testid="kb">
      <header className="kb__bar">
        <nav className="kb__nav" aria-label={K.nav}>
          {PLACES.map((one) => (
            <button
              key={one}
              type="button"
              className={one === place.name ? 'kb__item kb__item--here' : 'kb__item'}
              aria-current={one === place.name ? 'page' : undefined}
              data-testid={`kb-${one}`}
              onClick={() => kb.go(one)}
            >
              {K.places[one]}
              {(one === 'inbox' || one === 'drafts') && (
                <Badge count={waiting[one]} size="small" color={one === 'inbox' ? '#8093a8' : undefined} />
              )}
            </button>
          ))}
        </nav>
        <DraftBar trying={trying} onTry={() => setTrying(!trying)} />
      </header>
      {kb.trouble && <Trouble title={K.failed} error={kb.trouble} onRetry={kb.retry} />}
      <div className="kb__body">
        {place.name === 'inbox' && <InboxScreen />}
        {place.name === 'drafts' && <DraftsScreen draftId={place.key} />}
        {place.name === 'intents' && <ObjectsPane kind="intent" open={place.key} />}
        {place.name === 'content' && <ContentScreen kind={place.kind} open={place.key} />}
        {place.name === 'releases' && <ReleasesScreen open={place.key} />}
      </div>
      {trying && <TryDrawer onClose={() => setTrying(false)} />}
    </div>
  );
}
