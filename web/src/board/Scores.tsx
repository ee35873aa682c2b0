import { useMemo } from 'react';
import { usePlot } from '../agent/components/plot';
import { B } from './texts';

interface Props {
  bot: Record<string, number>;
  agent: Record<string, number>;
  onScore(figure: 'bot_score' | 'agent_score', score: string): void;
}

const SCORES = ['1', '2', '3', '4', '5'];

/** How many gave each score, in per cent of their kind: to the bot, and to agents. */
export default function Scores({ bot, agent, onScore }: Props): JSX.Element {
  const option = useMemo(() => {
    const series = (name: string, given: Record<string, number>, color: string) => {
      const all = SCORES.reduce((sum, score) => sum + (given[score] ?? 0), 0);
      return {
        name,
        type: 'bar',
        barMaxWidth: 26,
        itemStyle: { color, borderRadius: [3, 3, 0, 0] },
        data: SCORES.map((score) => (all ? Math.round(((given[score] ?? 0) / all) * 1000) / 10 : 0)),
      };
    };
    return {
      grid: { left: 42, right: 8, top: 32, bottom: 24 },
      legend: { right: 0, top: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: '#47586b' } },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        formatter: (found: { dataIndex: number; seriesName: string; value: number }[]) =>
          found
            .map(({ seriesName, value, dataIndex }) => {
              const given = seriesName === B.bot ? bot : agent;
              return `${seriesName}　${(given[SCORES[dataIndex] ?? ''] ?? 0).toLocaleString('en-US')}（${value}%）`;
            })
            .join('<br>'),
      },
      xAxis: {
        type: 'category',
        data: SCORES.map((score) => `${score}分`),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: '#c8d3df' } },
        axisLabel: { color: '#66778a' },
      },
      yAxis: {
        type: 'value',
        splitNumber: 3,
        splitLine: { lineStyle: { color: '#edf1f6' } },
        axisLabel: { color: '#66778a', formatter: '{value}%' },
      },
      series: [series(B.bot, bot, '#4b97e0'), series(B.agent, agent, '#0b2f5b')],
    };
  }, [bot, agent]);
  const place = usePlot(option, (index, series) => {
    const score = SCORES[index];
    if (score && series !== null) onScore(series === B.agent ? 'agent_score' : 'bot_score', score);
  });
  const spoken = SCORES.map((score) => `${score}分：${B.bot}${bot[score] ?? 0}，${B.agent}${agent[score] ?? 0}`);
  return <div ref={place} className="scores" role="img" aria-label={`${B.scores}：${spoken.join('；')}`} />;
}
