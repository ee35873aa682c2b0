import { useMemo } from 'react';
import { usePlot } from '../agent/components/plot';
import { shortDay } from '../agent/days';
import { numberOrNull } from '../shared/read';
import { shown, spoken } from './change';
import type { Day, Figure } from './contract';
import { B } from './texts';

interface Props {
  figure: Figure;
  days: Day[];
  before: Day[];
  onDay(date: string): void;
}

/** A figure day by day, above the same days of the period before. */
export default function Trend({ figure, days, before, onDay }: Props): JSX.Element {
  const { name, kind, title } = figure;
  const option = useMemo(() => {
    const values = (of: Day[]): (number | null)[] => of.map((day) => numberOrNull(day[name]));
    const axis = { axisLine: { lineStyle: { color: '#c8d3df' } }, axisTick: { show: false } };
    return {
      grid: { left: 56, right: 18, top: 34, bottom: 26 },
      legend: { right: 8, top: 0, itemWidth: 18, itemHeight: 8, textStyle: { color: '#47586b' } },
      tooltip: {
        trigger: 'axis',
        formatter: (found: { dataIndex: number; seriesName: string; value: number | null }[]) => {
          const place = found[0]?.dataIndex ?? 0;
          const lines = found.map((one) => {
            const day = (one.seriesName === B.now ? days : before)[place];
            return `${day ? shortDay(day.date) : ''}　${shown(one.value ?? null, kind)}`;
          });
          return lines.join('<br>');
        },
      },
      xAxis: {
        type: 'category',
        data: days.map(({ date }) => shortDay(date)),
        axisLabel: { color: '#66778a' },
        ...axis,
      },
      yAxis: {
        type: 'value',
        scale: kind !== 'count',
        max: kind === 'score' ? 5 : undefined,
        minInterval: kind === 'count' ? 1 : undefined,
        splitNumber: 4,
        splitLine: { lineStyle: { color: '#edf1f6' } },
        axisLabel: { color: '#66778a', formatter: (value: number) => axisWord(value, kind) },
      },
      series: [
        {
          name: B.now,
          type: 'line',
          data: values(days),
          symbolSize: 7,
          showSymbol: days.length < 40,
          lineStyle: { width: 2.5 },
          itemStyle: { color: '#0a5bb5' },
          areaStyle: { color: 'rgba(10,91,181,0.07)' },
        },
        {
          name: B.before,
          type: 'line',
          data: values(before),
          showSymbol: false,
          lineStyle: { width: 1.5, type: 'dashed' },
          itemStyle: { color: '#9aa8b7' },
        },
      ],
    };
  }, [name, kind, days, before]);
  const place = usePlot(option, (index) => {
    const day = days[index];
    if (day) onDay(day.date);
  });
  return (
    <div ref={place} className="trend" role="img" aria-label={`${B.day(title)}：${spoken(days, name, kind)}`} data-testid="trend" />
  );
}

function axisWord(value: number, kind: Figure['kind']): string {
  if (kind === 'share') return `${Math.round(value * 1000) / 10}%`;
  return kind === 'score' ? value.toFixed(1) : value.toLocaleString('en-US');
}
