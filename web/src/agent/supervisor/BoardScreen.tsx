import { Empty, Skeleton, Table } from 'antd';
import { useEffect, useState } from 'react';
import { parseUtc, timeLabel } from '../../shared/time';
import { Trouble } from '../components/Trouble';
import type { Board } from '../contractSupervisor';
import { percent, span, timer } from '../figures';
import { useDesk, useLoaded, useSecond } from '../hooks';
import { T } from '../texts';
import { queueTone, waitsFor, waitTone } from '../waits';
import { useWorkbench } from '../workbench';
import { AgentsTable } from './AgentsTable';
import { WaitingTable } from './WaitingTable';
import { WatchDrawer } from './WatchDrawer';

const EVERY_MS = 5_000;

interface FigureProps {
  title: string;
  value: string;
  note?: string;
  bad?: boolean;
}

function Figure({ title, value, note, bad }: FigureProps): JSX.Element {
  return (
    <div className={bad ? 'figure figure--bad' : 'figure'}>
      <span>{title}</span>
      <strong>{value}</strong>
      {note && <small>{note}</small>}
    </div>
  );
}

/** 监控: the queue, the service level, the agents; one press from seeing to acting. */
export default function BoardScreen(): JSX.Element {
  const { supervisor, desk, texts } = useWorkbench();
  const { value, error, reload } = useLoaded(() => supervisor.board(), 'board', EVERY_MS);
  const [watching, setWatching] = useState<string | null>(null);
  const { fetchedAt } = useDesk(desk);
  // The socket says that something has moved sooner than the clock does.
  useEffect(() => reload(), [fetchedAt, reload]);
  if (!value) {
    return (
      <div className="screen">
        {error ? (
          <Trouble title={T.board.refreshFailed} error={error} onRetry={reload} />
        ) : (
          <Skeleton active paragraph={{ rows: 10 }} />
        )}
      </div>
    );
  }
  const { queue, sla, satisfaction } = value;
  const late = queue.waiting > 0 && queueTone(queue.oldest_seconds) === 'late';
  return (
    <div className="screen" data-testid="board">
      {error && <Trouble title={T.board.refreshFailed} error={error} onRetry={reload} />}
      <div className="figures">
        <Figure title={T.board.waiting} value={String(queue.waiting)} bad={late} />
        <Figure title={T.board.oldest} value={span(queue.waiting ? queue.oldest_seconds : null)} bad={late} />
        <Figure title={T.board.within(span(sla.target_seconds))} value={percent(sla.within_share)} />
        <Figure
          title={T.board.answered}
          value={String(sla.answered_today)}
          note={`${T.board.abandoned} ${sla.abandoned_today}`}
        />
        <Figure title={T.board.meanWait} value={span(sla.mean_wait_seconds)} />
        <Figure title={T.board.firstReply} value={span(sla.mean_first_reply_seconds)} />
        <Figure title={T.board.meanHandle} value={span(sla.mean_handle_seconds)} />
        <Figure
          title={T.board.satisfaction}
          value={satisfaction.mean === null ? '—' : satisfaction.mean.toFixed(1)}
          note={T.board.satisfactionCount(satisfaction.count)}
        />
      </div>
      <div className="groups">
        {queue.by_group.map((group) => (
          <div key={group.group} className="group">
            <strong>{texts.groups[group.group] ?? group.group}</strong>
            <span>
              {T.chats.waiting.slice(0, 2)} <b className={group.waiting ? 'bad' : ''}>{group.waiting}</b>
              {group.waiting > 0 && <small>{span(group.oldest_seconds)}</small>}
            </span>
            <span>
              {texts.states.ready} <b>{group.ready}</b>
            </span>
            <span>
              {T.board.chats} <b>{group.chats}</b>
            </span>
          </div>
        ))}
      </div>
      <div className="board">
        <div>
          <section className="panel">
            <h2>
              {T.board.agents}
              <small>{T.board.every}</small>
            </h2>
            <AgentsTable agents={value.agents} onChanged={reload} />
          </section>
          <section className="panel">
            <h2>{T.board.running}</h2>
            <Running chats={value.chats} onWatch={setWatching} />
          </section>
        </div>
        <div>
          <section className="panel">
            <h2>{T.chats.waiting}</h2>
            <WaitingTable waiting={value.waiting} agents={value.agents} onChanged={reload} />
          </section>
          <section className="panel">
            <h2>{T.board.callbacks}</h2>
            {value.callbacks.length === 0 ? (
              <p className="quiet">{T.board.noCallbacks}</p>
            ) : (
              <ul className="rows">
                {value.callbacks.map((row) => (
                  <li key={row.handover}>
                    <span>
                      {row.ticket} <span className="tag">{texts.groups[row.group] ?? row.group}</span>
                    </span>
                    <span className="rows__end">{timeLabel(parseUtc(row.at), Date.now())}</span>
                  </li>
                ))}
              </ul>
            )}
          </section>
        </div>
      </div>
      {watching && (
        <WatchDrawer
          handover={watching}
          agents={value.agents}
          onChanged={reload}
          onClose={() => setWatching(null)}
        />
      )}
    </div>
  );
}

function Running({ chats, onWatch }: { chats: Board['chats']; onWatch(handover: string): void }): JSX.Element {
  const { texts } = useWorkbench();
  const now = useSecond();
  return (
    <Table
      size="small"
      rowKey="handover"
      pagination={false}
      dataSource={chats}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={T.board.noRunning} /> }}
      columns={[
        {
          title: T.board.topic,
          render: (_, chat) => (
            <>
              {chat.topic_title || T.summary.nothing}
              <br />
              <span className="quiet">{texts.groups[chat.group] ?? chat.group}</span>
            </>
          ),
        },
        { title: T.board.customer, render: (_, chat) => chat.number_mask || T.chats.unnamed },
        { title: T.board.agent, dataIndex: 'agent' },
        {
          title: T.chats.waiting_reply,
          render: (_, chat) => {
            if (chat.state === 'offered') return <span className="tag tag--blue">{T.board.offered}</span>;
            const waits = waitsFor(chat, now);
            return waits === null ? (
              <span className="quiet">{T.chats.replied}</span>
            ) : (
              <time className={`wait wait--${waitTone(waits)}`}>{timer(waits)}</time>
            );
          },
        },
        {
          key: 'deeds',
          align: 'right',
          render: (_, chat) => (
            <button
              type="button"
              className="text-button"
              data-testid={`watch-${chat.handover}`}
              onClick={() => onWatch(chat.handover)}
            >
              {T.board.watch}
            </button>
          ),
        },
      ]}
    />
  );
}
