import { App as AntApp, Spin } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '../shared/http';
import { browserStore } from '../shared/storage';
import { agentApi, staffApi } from './api';
import { Client } from './client';
import { Login } from './components/Login';
import { Shell } from './components/Shell';
import type { Me } from './contract';
import { Desk } from './desk';
import { useDesk } from './hooks';
import { Keep } from './keep';
import { openLive } from './live';
import { beep, blink, stopBlinking } from './sound';
import { supervisorApi } from './supervisorApi';
import { T } from './texts';
import { fullTexts, WorkbenchContext, type Workbench } from './workbench';

const client = new Client();
const staff = staffApi(client);
const api = agentApi(client);
const supervisor = supervisorApi(client);
const ownTab = browserStore('sessionStorage');

const looking = (): boolean => !document.hidden && document.hasFocus();

/** One person's desk; another person gets another one. */
function openDesk(me: Me): { desk: Desk; keep: Keep } {
  const keep = new Keep(ownTab, me.staff.id);
  const desk = new Desk(api, {
    openLive: openLive(),
    csrf: () => client.proof,
    keep,
    ring: (what) => {
      beep(what);
      blink(what === 'offer' ? `【${T.chats.offered}】${T.title}` : `【${T.line.newBelow}】${T.title}`);
    },
    looking,
  });
  if (me.staff.role !== 'editor') desk.start();
  return { desk, keep };
}

type Held = { me: Me } & ReturnType<typeof openDesk>;

export function App(): JSX.Element {
  const { message } = AntApp.useApp();
  const [held, setHeld] = useState<Held | null>(null);
  const [phase, setPhase] = useState<'asking' | 'login' | 'in'>('asking');
  const heldNow = useRef(held);
  heldNow.current = held;

  const enter = (me: Me): void => {
    client.keep(me.csrf);
    const before = heldNow.current;
    if (before && before.me.staff.id === me.staff.id) {
      setHeld({ ...before, me });
      before.desk.resume();
    } else {
      before?.desk.stop();
      setHeld({ me, ...openDesk(me) });
    }
    setPhase('in');
  };
  const leave = (): void => {
    void staff.logout().catch(() => undefined);
    held?.desk.stop();
    setHeld(null);
    setPhase('login');
  };

  useEffect(() => {
    client.onLost = () => setPhase('login');
    staff.me().then(enter, (error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 401) message.error(T.problem.network);
      setPhase('login');
    });
    const back = (): void => {
      stopBlinking();
      if (!document.hidden) void heldNow.current?.desk.catchUp();
    };
    document.addEventListener('visibilitychange', back);
    window.addEventListener('focus', back);
    window.addEventListener('online', back);
    return () => {
      document.removeEventListener('visibilitychange', back);
      window.removeEventListener('focus', back);
      window.removeEventListener('online', back);
    };
    // Once, when the page opens.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  if (phase === 'asking') {
    return (
      <div className="whole" aria-busy="true">
        <Spin size="large" />
      </div>
    );
  }
  return (
    <>
      {held && <Inside held={held} hidden={phase === 'login'} onLeave={leave} />}
      {phase === 'login' && <Login staff={staff} again={held?.me.staff ?? null} onEnter={enter} />}
    </>
  );
}

function Inside({ held, hidden, onLeave }: { held: Held; hidden: boolean; onLeave: () => void }): JSX.Element {
  const { message } = AntApp.useApp();
  const { me, desk, keep } = held;
  const sent = useDesk(desk).view?.texts;
  const workbench = useMemo<Workbench>(
    () => ({
      ...{ me, desk, keep, client, api, staff, supervisor },
      texts: fullTexts(sent),
      tell: {
        good: (sentence) => void message.success(sentence),
        bad: (sentence) => void message.error(sentence),
      },
    }),
    [me, desk, keep, sent, message],
  );
  return (
    <WorkbenchContext.Provider value={workbench}>
      {/* A lost session hides the screens without taking them down: nothing typed is lost. */}
      <div className="inside" hidden={hidden}>
        <Shell onLeave={onLeave} />
      </div>
    </WorkbenchContext.Provider>
  );
}
