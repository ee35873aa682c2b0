import { Empty, Input, Pagination, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { parseUtc, timeLabel } from '../../shared/time';
import type { SearchWords } from '../api';
import { RangeField } from '../components/DayField';
import { TranscriptDrawer } from '../components/TranscriptDrawer';
import { Trouble } from '../components/Trouble';
import { useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

const NOTHING: SearchWords = { q: '', from: '', to: '', group: '', result: '', page: 1 };
const PAGE_SIZE = 20;

const choices = (titles: Record<string, string>): { value: string; label: string }[] =>
  Object.entries(titles).map(([value, label]) => ({ value, label }));

/** Old conversations: search, filters, and the transcript to read. */
export function HistoryTab(): JSX.Element {
  const { api, texts } = useWorkbench();
  const [words, setWords] = useState<SearchWords | null>(null);
  const [filter, setFilter] = useState(NOTHING);
  const [reading, setReading] = useState<string | null>(null);
  const found = useLoaded(async () => (words ? api.search(words) : null), `search-${JSON.stringify(words)}`);
  const change = (more: Partial<SearchWords>): void => {
    const next = { ...filter, ...more, page: 1 };
    setFilter(next);
    if (words || next.q) setWords(next);
  };
  const rows = found.value?.rows ?? [];
  return (
    <div className="search" data-testid="history">
      <Input.Search
        allowClear
        enterButton
        placeholder={T.history.search}
        data-testid="search"
        loading={words !== null && found.loading}
        onSearch={(q) => {
          const next = { ...filter, q: q.trim(), page: 1 };
          setFilter(next);
          setWords(next);
        }}
      />
      <div className="search__filters">
        <RangeField open range={filter} onChange={({ from, to }) => change({ from, to })} />
        <Select
          allowClear
          placeholder={T.history.group}
          aria-label={T.history.group}
          options={choices(texts.groups)}
          value={filter.group || null}
          onChange={(group?: string) => change({ group: group ?? '' })}
        />
        <Select
          allowClear
          placeholder={T.history.result}
          aria-label={T.history.result}
          options={choices(texts.results)}
          value={filter.result || null}
          onChange={(result?: string) => change({ result: result ?? '' })}
        />
      </div>
      {!words && <p className="quiet search__intro">{T.history.intro}</p>}
      {words && found.error && <Trouble title={T.history.find} error={found.error} onRetry={found.reload} />}
      {words && found.loading && <Skeleton active paragraph={{ rows: 5 }} />}
      {words && !found.loading && !found.error && rows.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={T.history.empty} />
      )}
      {!found.loading && rows.length > 0 && (
        <>
          <p className="quiet">{T.history.total(found.value?.total ?? 0)}</p>
          <ul className="rows">
            {rows.map((row) => (
              <li key={row.handover}>
                <button
                  type="button"
                  className="row-button"
                  data-testid={`found-${row.handover}`}
                  onClick={() => setReading(row.handover)}
                >
                  <strong>{row.topic_title}</strong>
                  <span className="rows__end">{timeLabel(parseUtc(row.at), Date.now())}</span>
                  {row.snippet && <span className="rows__snippet">{row.snippet}</span>}
                  <small>
                    {[row.number_mask, row.agent, texts.groups[row.group] ?? row.group, texts.results[row.result] ?? row.result]
                      .filter(Boolean)
                      .join(' · ')}
                  </small>
                </button>
              </li>
            ))}
          </ul>
          <Pagination
            size="small"
            hideOnSinglePage
            showSizeChanger={false}
            pageSize={PAGE_SIZE}
            current={filter.page}
            total={found.value?.total ?? 0}
            onChange={(page) => {
              const next = { ...filter, page };
              setFilter(next);
              setWords(next);
            }}
          />
        </>
      )}
      {reading && <TranscriptDrawer handover={reading} onClose={() => setReading(null)} />}
    </div>
  );
}
