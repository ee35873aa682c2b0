import { Empty } from 'antd';
import { useState } from 'react';
import { parseUtc, clock } from '../../shared/time';
import { TranscriptDrawer } from '../components/TranscriptDrawer';
import { useDesk, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

/** The middle while no chat is open: what was done today. */
export function NoChat(): JSX.Element {
  const { api, desk, texts } = useWorkbench();
  const own = useDesk(desk).view?.chats.length ?? 0;
  const closed = useLoaded(() => api.history(), `history-${own}`);
  const [reading, setReading] = useState<string | null>(null);
  return (
    <section className="chat chat--none">
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          <>
            <strong>{own > 0 ? T.chat.pickTitle : T.chats.emptyOwn}</strong>
            <br />
            {T.chat.pickBody}
          </>
        }
      />
      <div className="today">
        <h2>
          {T.chat.today}
          {closed.value && closed.value.length > 0 && <span>{closed.value.length}</span>}
        </h2>
        {closed.error && <p className="quiet">{closed.error}</p>}
        {closed.value?.length === 0 && <p className="quiet">{T.chat.todayEmpty}</p>}
        <ul>
          {closed.value?.map((row) => (
            <li key={row.handover}>
              <button type="button" onClick={() => setReading(row.handover)}>
                <time>{clock(parseUtc(row.closed_at))}</time>
                <strong>{row.topic_title || texts.reasons[row.reason]}</strong>
                <span>{row.number_mask || T.chats.unnamed}</span>
                <span className={`result result--${row.result}`}>{texts.results[row.result] ?? row.result}</span>
                <span className="today__score">{row.score === null ? '' : T.chat.score(row.score)}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      {reading && <TranscriptDrawer handover={reading} onClose={() => setReading(null)} />}
    </section>
  );
}
