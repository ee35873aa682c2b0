import { Alert, Empty, Segmented, Skeleton } from 'antd';
import { useEffect, useState } from 'react';
import { RangeField } from '../agent/components/DayField';
import { Trouble } from '../agent/components/Trouble';
import { dayFrom, shortDay } from '../agent/days';
import { useLoaded } from '../agent/hooks';
import { useWorkbench } from '../agent/workbench';
import { clock, parseUtc } from '../shared/time';
import { boardCsvUrl, type Behind, type Scope } from './api';
import type { QualityBoard } from './contract';
import { Offers } from './Offers';
import { Ranking } from './Ranking';
import Scores from './Scores';
import { Sides } from './Sides';
import { TalksDrawer } from './TalksDrawer';
import { B } from './texts';
import { Tile } from './Tile';
import Trend from './Trend';
import './board.css';

const DAYS = [7, 30, 90];
const AGAIN_MS = 4_000;
const RANKED = ['intents', 'rejected', 'handovers', 'complaints', 'causes'];

const lately = (days: number) => ({ from: dayFrom(Date.now(), 1 - days), to: dayFrom(Date.now()) });

/** 质量看板: how customers were served, beside the period before; every number opens its conversations. */
export default function QualityBoardScreen(): JSX.Element {
  const { supervisor } = useWorkbench();
  const [scope, setScope] = useState<Scope>({ ...lately(30), channel: '' });
  const { value, error, loading, reload } = useLoaded(
    // While it is still counted, the page asks by itself.
    () => supervisor.qualityBoard(scope, counting),
    `${scope.from}-${scope.to}-${scope.channel}`,
  );
  const counting: boolean = value !== null && !value.complete;
  useEffect(() => {
    if (!counting || loading || error) return;
    const timer = setTimeout(reload, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [value, counting, loading, error, reload]);
  const preset = DAYS.find((days) => lately(days).from === scope.from && lately(days).to === scope.to);
  return (
    <div className="screen" data-testid="quality-board">
      <header className="screen__head">
        <Segmented
          aria-label={B.channel}
          value={scope.channel}
          options={[
            { value: '', label: B.all },
            ...Object.entries(value?.channels ?? { web: '网页', wechat: '微信' }).map(([channel, title]) => ({
              value: channel,
              label: title,
            })),
          ]}
          onChange={(channel) => setScope({ ...scope, channel })}
        />
        <Segmented
          value={preset ?? 0}
          options={DAYS.map((days) => ({ value: days, label: B.presets[days] }))}
          onChange={(days) => setScope({ ...scope, ...lately(Number(days)) })}
        />
        <RangeField range={scope} onChange={(range) => range.from && range.to && setScope({ ...scope, ...range })} />
        {value && (
          <span className="quiet">
            {B.compared(shortDay(value.before.from), shortDay(value.before.to))}，
            {B.countedAt(clock(parseUtc(value.counted_at)))}
          </span>
        )}
        <a className="screen__link" href={boardCsvUrl(scope)} download data-testid="csv-quality">
          {B.csv}
        </a>
      </header>
      {error && <Trouble title={B.failed} error={error} onRetry={reload} />}
      {counting && <Alert type="info" showIcon message={B.counting} />}
      {!value && !error && <Skeleton active paragraph={{ rows: 12 }} />}
      {value && <Whole board={value} scope={scope} />}
    </div>
  );
}

function Whole({ board, scope }: { board: QualityBoard; scope: Scope }): JSX.Element {
  const [chosen, setChosen] = useState('conversations');
  const [behind, setBehind] = useState<Behind | null>(null);
  const figure = board.figures.find(({ name }) => name === chosen) ?? board.figures[0];
  const open = (name: string, key?: string, title?: string, day?: string): void => {
    const list = board.lists[name] ?? '';
    const when = day ? `${shortDay(day)} · ` : '';
    setBehind({
      ...scope,
      ...(day ? { from: day, to: day } : {}),
      figure: name,
      key,
      title: `${when}${list}${title ? ` · ${title}` : ''}`,
    });
  };
  const rated = Object.values(board.scores).some((given) => Object.values(given).some(Boolean));
  const nothing = board.figures.every(({ base, before }) => base === 0 && !before);
  const drawer = behind && (
    <TalksDrawer
      key={JSON.stringify(behind)}
      behind={behind}
      channels={board.channels}
      onClose={() => setBehind(null)}
    />
  );
  if (nothing || !figure) {
    return (
      <div className="page__empty" data-testid="board-empty">
        <Empty description={B.nothing}>
          <span className="quiet">{B.nothingHint}</span>
        </Empty>
      </div>
    );
  }
  return (
    <>
      <div className="tiles">
        {board.figures.map((one) => (
          <Tile
            key={one.name}
            figure={one}
            days={board.days}
            chosen={one.name === figure.name}
            onChoose={() => setChosen(one.name)}
            onOpen={() => open(one.name)}
          />
        ))}
      </div>
      <div className="wide">
        <section className="panel">
          <h2>{B.day(figure.title)}</h2>
          <Trend
            figure={figure}
            days={board.days}
            before={board.days_before}
            onDay={(day) => open(figure.name, undefined, undefined, day)}
          />
        </section>
        <Sides board={board} onOpen={open} />
      </div>
      <div className="parts">
        {RANKED.map((name) => (
          <Ranking
            key={name}
            name={name}
            entries={board.parts[name] ?? []}
            onOpen={({ key, title }) => open(name, key, title)}
          />
        ))}
        <section className="panel">
          <h2>{B.scores}</h2>
          {rated ? (
            <Scores
              bot={board.scores.bot_score ?? {}}
              agent={board.scores.agent_score ?? {}}
              onScore={(name, score) => open(name, score, `${score}分`)}
            />
          ) : (
            <p className="panel__empty">{B.scoresEmpty}</p>
          )}
        </section>
      </div>
      <Offers accepted={board.parts.offers ?? []} declined={board.parts.declined ?? []} onOpen={open} />
      {drawer}
    </>
  );
}
