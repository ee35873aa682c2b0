import { useCallback, useEffect, useRef, useState } from 'react';
import { useDesk } from '../hooks';
import { deedOf } from '../keys';
import { problem } from '../problem';
import { SidePane } from '../side/SidePane';
import { isTyping } from '../typing';
import { useWorkbench } from '../workbench';
import { ChatPane, type ChatPaneHandle } from './ChatPane';
import { ListPane } from './ListPane';
import { NoChat } from './NoChat';
import { TransferDialog } from './TransferDialog';
import { WrapUpDialog } from './WrapUpDialog';

type Asking = 'transfer' | 'close' | null;

/** The agent's one screen: queue and chats, the chat itself, the customer. */
export function DeskScreen(): JSX.Element {
  const { desk, tell } = useWorkbench();
  const state = useDesk(desk);
  const [asking, setAsking] = useState<Asking>(null);
  const pane = useRef<ChatPaneHandle>(null);
  const { open, view } = state;
  const card = view?.chats.find((one) => one.handover === open) ?? null;
  const writable = open !== null && state.rooms[open]?.chat?.writable === true;

  const run = useCallback(
    (deed: Promise<void>): void => {
      deed.catch((error: unknown) => tell.bad(problem(error)));
    },
    [tell],
  );

  useEffect(() => setAsking(null), [open]);

  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const found = deedOf(event, isTyping(event.target));
      if (!found || found.deed === 'help' || document.querySelector('.ant-modal-wrap:not([style*="none"])')) return;
      event.preventDefault();
      const chats = desk.getState().view?.chats ?? [];
      const active = chats.filter((one) => one.state === 'active');
      const place = active.findIndex((one) => one.handover === desk.getState().open);
      const offered = chats.find((one) => one.state === 'offered');
      if (found.deed === 'accept' && offered) run(desk.accept(offered.handover));
      else if (found.deed === 'suggestion') pane.current?.insertSuggestion(found.place);
      else if (found.deed === 'end' && writable) setAsking('close');
      else if (found.deed === 'transfer' && writable) setAsking('transfer');
      else if ((found.deed === 'next' || found.deed === 'previous') && active.length > 0) {
        const step = found.deed === 'next' ? 1 : -1;
        const next = place < 0 ? 0 : (place + step + active.length) % active.length;
        desk.select(active[next]?.handover ?? null);
      }
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [desk, run, writable]);

  return (
    <div className="desk">
      <ListPane run={run} />
      {open ? (
        <ChatPane
          key={open}
          ref={pane}
          handover={open}
          card={card}
          onTransfer={() => setAsking('transfer')}
          onClose={() => setAsking('close')}
        />
      ) : (
        <NoChat />
      )}
      <SidePane handover={open} onInsert={(text) => pane.current?.insert(text)} />
      {asking === 'transfer' && open && <TransferDialog handover={open} onDone={() => setAsking(null)} />}
      {asking === 'close' && open && <WrapUpDialog handover={open} onDone={() => setAsking(null)} />}
    </div>
  );
}
