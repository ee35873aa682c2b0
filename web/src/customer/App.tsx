import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { Announcer } from './components/Announcer';
import { Composer, type ComposerHandle } from './components/Composer';
import { ConfirmDialog } from './components/ConfirmDialog';
import { ConnectionBanner } from './components/ConnectionBanner';
import { DemoOpener } from './components/DemoOpener';
import { Ended } from './components/Ended';
import { Header } from './components/Header';
import { MessageList } from './components/MessageList';
import { QueueBanner } from './components/QueueBanner';
import { QuickReplies } from './components/QuickReplies';
import { Unreachable } from './components/Unreachable';
import type { Conversation } from './conversation';
import {
  useConversation,
  useDemo,
  useLargeType,
  useMedia,
  usePageTexts,
  useSetting,
  useVisibleHeight,
} from './hooks';
import { forgetPictures } from './pictureStore';
import { HOTLINE, T } from './texts';

const DemoPanel = lazy(() => import('./components/DemoPanel'));

type Asking = 'new' | 'end' | null;

export function App({ conversation }: { conversation: Conversation }): JSX.Element {
  const state = useConversation(conversation);
  const page = usePageTexts();
  const wide = useMedia('(min-width: 1024px)');
  const [large, setLarge] = useLargeType();
  const [wideDemo, setWideDemo] = useSetting('wanhao.demo', true);
  const [sheet, setSheet] = useState(false);
  const [asking, setAsking] = useState<Asking>(null);
  const composer = useRef<ComposerHandle>(null);
  const demo = useDemo(state.phase === 'ready');
  const demoOpen = demo && (wide ? wideDemo : sheet);
  useVisibleHeight();

  useEffect(() => {
    document.title = `${page.title} · ${HOTLINE}`;
  }, [page.title]);

  const say = useCallback(
    (text: string) => {
      conversation.sendText(text);
      composer.current?.focus();
    },
    [conversation],
  );
  const closeDemo = (): void => (wide ? setWideDemo(false) : setSheet(false));
  const fill = (text: string): void => {
    setSheet(false);
    composer.current?.fill(text);
  };
  const renew = (): void => {
    forgetPictures();
    void conversation.restart();
  };
  const confirmed = (): void => {
    if (asking === 'new') renew();
    else conversation.end();
    setAsking(null);
  };

  const unreachable = state.phase === 'unreachable';
  const spoken = state.messages.length + state.outbox.length > 0;
  const attended = state.mode !== 'bot';

  return (
    <div className={demoOpen && wide ? 'shell shell--with-demo' : 'shell'}>
      <main className="chat" aria-label={page.title}>
        <Header
          title={page.title}
          state={state}
          large={large}
          onLarge={setLarge}
          onHuman={() => say(T.humanText)}
          onNew={() => (state.phase === 'ready' ? setAsking('new') : renew())}
          onEnd={() => setAsking('end')}
        />
        {demo && !wide && <DemoOpener onOpen={() => setSheet(true)} />}
        <ConnectionBanner state={state} />
        <QueueBanner state={state} />
        {unreachable ? (
          <Unreachable onRetry={() => void conversation.start()} />
        ) : (
          <MessageList conversation={conversation} state={state} page={page} onSay={say} />
        )}
        {state.phase === 'ended' ? (
          <Ended onNew={renew} />
        ) : (
          <footer className="foot">
            {spoken && !attended && !unreachable && <QuickReplies quick={page.quick} onSay={say} />}
            <Composer
              ref={composer}
              disabled={unreachable}
              large={large}
              attended={state.mode === 'human'}
              onText={(text) => conversation.sendText(text)}
              onPicture={(file, preview) => conversation.sendPicture(file, preview)}
            />
          </footer>
        )}
        <Announcer state={state} />
      </main>
      {demo && wide && !wideDemo && <DemoOpener tab onOpen={() => setWideDemo(true)} />}
      {demoOpen && (
        <Suspense fallback={null}>
          <DemoPanel sheet={!wide} onClose={closeDemo} onFill={fill} />
        </Suspense>
      )}
      <ConfirmDialog
        open={asking !== null}
        title={asking === 'end' ? T.confirm.endTitle : T.confirm.newTitle}
        body={asking === 'end' ? T.confirm.endBody : T.confirm.newBody}
        warning={attended ? T.confirm.waiting : null}
        action={asking === 'end' ? T.endConversation : T.newConversation}
        onConfirm={confirmed}
        onCancel={() => setAsking(null)}
      />
    </div>
  );
}
