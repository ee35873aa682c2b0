import { Badge, Dropdown, Skeleton, Tooltip } from 'antd';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { DeskScreen } from '../desk/DeskScreen';
import type { StaffRole } from '../contract';
import { useDesk, useHash, useSetting } from '../hooks';
import { ROLE_TITLES, T } from '../texts';
import { useWorkbench } from '../workbench';
import { Brand, DownIcon, HelpIcon, SoundIcon } from './icons';
import { HelpDialog } from './HelpDialog';
import { PasswordDialog } from './PasswordDialog';

const Board = lazy(() => import('../supervisor/BoardScreen'));
const People = lazy(() => import('../supervisor/PeopleScreen'));
const Shifts = lazy(() => import('../supervisor/ShiftsScreen'));
const Quality = lazy(() => import('../supervisor/QualityScreen'));
const Reports = lazy(() => import('../supervisor/ReportsScreen'));
const Audit = lazy(() => import('../supervisor/AuditScreen'));
const QualityBoard = lazy(() => import('../../board/QualityBoardScreen'));
const Knowledge = lazy(() => import('../../kb/KbScreen'));

type Page = keyof typeof PAGES;
const PAGES = {
  desk: () => <DeskScreen />,
  board: () => <Board />,
  people: () => <People />,
  shifts: () => <Shifts />,
  quality: () => <Quality />,
  reports: () => <Reports />,
  audit: () => <Audit />,
  'quality-board': () => <QualityBoard />,
  kb: () => <Knowledge />,
} satisfies Record<string, () => ReactNode>;

const LEADING: Page[] = ['board', 'desk', 'people', 'shifts', 'quality', 'reports', 'quality-board', 'audit', 'kb'];
const MENUS: Record<StaffRole, Page[]> = {
  agent: ['desk'],
  supervisor: LEADING,
  admin: LEADING,
  editor: ['kb', 'quality-board'],
};

/** Addresses that open a page of their own; elsewhere the part after # says which. */
const PATHS: Record<string, Page> = { '/kb': 'kb', '/board': 'quality-board' };

export function Shell({ onLeave }: { onLeave: () => void }): JSX.Element {
  const { me, desk } = useWorkbench();
  const { connection, view } = useDesk(desk);
  const [hash, go] = useHash();
  const [muted, setMuted] = useSetting('wanhao.agent.muted', false);
  const [help, setHelp] = useState(false);
  const [password, setPassword] = useState(false);
  const menu = MENUS[me.staff.role];
  // What follows the page's name is the page's own: #/kb/intents/query_bill.
  const asked = hash.split('/')[0] || PATHS[window.location.pathname];
  const page = menu.find((one) => one === asked) ?? menu[0] ?? 'desk';
  const works = me.staff.role !== 'editor';
  const unread =
    view?.chats.reduce((sum, card) => sum + card.unread + (card.state === 'offered' ? 1 : 0), 0) ?? 0;

  return (
    <div className="shell">
      <header className="top">
        <span className="top__brand">
          <Brand />
          <strong>{T.brand}</strong>
          <span>{works ? T.title : T.editing}</span>
        </span>
        <nav className="top__nav" aria-label={T.nav.label}>
          {menu.length > 1 &&
            menu.map((one) => (
              <button
                key={one}
                type="button"
                className={one === page ? 'top__item top__item--here' : 'top__item'}
                aria-current={one === page ? 'page' : undefined}
                data-testid={`nav-${one}`}
                onClick={() => go(one)}
              >
                {T.nav[one]}
                {one === 'desk' && page !== 'desk' && <Badge count={unread} size="small" offset={[4, -8]} />}
              </button>
            ))}
        </nav>
        <div className="top__end">
          {works && (
            <span className={`link-state link-state--${connection}`} role="status" data-testid="connection">
              {T.top.connection[connection]}
            </span>
          )}
          {works && (
            <Tooltip title={muted ? T.top.unmute : T.top.mute}>
              <button
                type="button"
                className="top__icon"
                aria-pressed={muted}
                aria-label={muted ? T.top.unmute : T.top.mute}
                data-testid="mute"
                onClick={() => setMuted(!muted)}
              >
                <SoundIcon off={muted} />
              </button>
            </Tooltip>
          )}
          {works && (
            <Tooltip title={T.top.help}>
              <button
                type="button"
                className="top__icon"
                aria-label={T.top.help}
                data-testid="help"
                onClick={() => setHelp(true)}
              >
                <HelpIcon />
              </button>
            </Tooltip>
          )}
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'password', label: <span data-testid="change-password">{T.top.password}</span> },
                { key: 'logout', label: <span data-testid="logout">{T.top.logout}</span> },
              ],
              onClick: ({ key }) => (key === 'logout' ? onLeave() : setPassword(true)),
            }}
          >
            <button type="button" className="top__me" data-testid="me">
              <strong>{me.staff.name}</strong>
              <span>{ROLE_TITLES[me.staff.role]}</span>
              <DownIcon />
            </button>
          </Dropdown>
        </div>
      </header>
      {works && connection === 'reconnecting' && (
        <p className="top__down" role="alert">
          {T.top.down}
        </p>
      )}
      <main className="page" data-testid={`page-${page}`}>
        <Suspense fallback={<Skeleton className="page__wait" active paragraph={{ rows: 8 }} />}>
          {PAGES[page]()}
        </Suspense>
      </main>
      {works && <HelpDialog open={help} onOpen={() => setHelp(true)} onClose={() => setHelp(false)} />}
      {password && <PasswordDialog onClose={() => setPassword(false)} />}
    </div>
  );
}
