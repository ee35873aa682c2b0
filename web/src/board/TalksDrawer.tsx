import { Drawer, Pagination, Skeleton } from 'antd';
import { useState } from 'react';
import { MessageLine } from '../agent/desk/MessageLine';
import { Trouble } from '../agent/components/Trouble';
import { useLoaded } from '../agent/hooks';
import { useWorkbench } from '../agent/workbench';
import { parseUtc, timeLabel } from '../shared/time';
import type { Behind } from './api';
import type { Talk } from './contract';
import { B } from './texts';

interface Props {
  behind: Behind;
  channels: Record<string, string>;
  onClose(): void;
}

const PAGE = 20;

/** The conversations behind a number, and any of them to read. */
export function TalksDrawer({ behind, channels, onClose }: Props): JSX.Element {
  const { supervisor } = useWorkbench();
  const [page, setPage] = useState(1);
  const [reading, setReading] = useState<Talk | null>(null);
  const { value, error, loading, reload } = useLoaded(
    () => supervisor.talks(behind, (page - 1) * PAGE, PAGE),
    `${JSON.stringify(behind)}-${page}`,
  );
  return (
    <Drawer open width={620} title={behind.title} onClose={onClose} data-testid="talks">
      {error && <Trouble title={B.talks.failed} error={error} onRetry={reload} />}
      {loading && !value && <Skeleton active paragraph={{ rows: 10 }} />}
      {value && (
        <>
          <p className="quiet" data-testid="talks-count">
            {value.count ? B.talks.count(value.count) : B.talks.empty}
          </p>
          <ul className="talks">
            {value.rows.map((talk, place) => (
              <li key={`${talk.conversation}-${talk.at}-${place}`}>
                <button type="button" onClick={() => setReading(talk)} data-testid="talk">
                  <span className="talks__head">
                    <time dateTime={talk.at}>{timeLabel(parseUtc(talk.at), Date.now())}</time>
                    <span className="tag">{channels[talk.channel] ?? talk.channel}</span>
                    {talk.about && <span className="tag tag--blue">{talk.about}</span>}
                    <span className="quiet">{talk.number_mask ?? B.talks.unknown}</span>
                  </span>
                  <span className="talks__opening">{talk.opening || B.talks.picture}</span>
                </button>
              </li>
            ))}
          </ul>
          <Pagination
            size="small"
            current={page}
            pageSize={PAGE}
            total={value.count}
            showSizeChanger={false}
            hideOnSinglePage
            onChange={setPage}
          />
        </>
      )}
      {reading && <TalkDrawer talk={reading} onClose={() => setReading(null)} />}
    </Drawer>
  );
}

function TalkDrawer({ talk, onClose }: { talk: Talk; onClose(): void }): JSX.Element {
  const { supervisor } = useWorkbench();
  const { value, error, reload } = useLoaded(() => supervisor.talk(talk.conversation), talk.conversation);
  const about = value?.topic_title ?? talk.about;
  return (
    <Drawer open width={560} title={`${B.talks.transcript}${about ? ` · ${about}` : ''}`} onClose={onClose}>
      <div className="drawer-chat" data-testid="old-transcript">
        {error && <Trouble title={B.talks.failed} error={error} onRetry={reload} />}
        {!value && !error && <Skeleton active paragraph={{ rows: 8 }} />}
        {value && (
          <div className="transcript">
            <div className="transcript__list" role="log" aria-label={B.talks.transcript} tabIndex={0}>
              {value.messages.map((message) => (
                <MessageLine key={message.seq} message={message} handover="" />
              ))}
            </div>
          </div>
        )}
      </div>
    </Drawer>
  );
}
