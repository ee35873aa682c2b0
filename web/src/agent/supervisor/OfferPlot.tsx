import { useMemo } from 'react';
import { usePlot } from '../components/plot';
import type { OfferRow } from '../contractSupervisor';
import { percent } from '../figures';
import { T } from '../texts';
import { byOffer } from './offerTotals';

const ROW_PX = 34;

/** Acceptance by offer, over all segments and agents. */
export default function OfferPlot({ rows }: { rows: OfferRow[] }): JSX.Element {
  const offers = useMemo(() => byOffer(rows), [rows]);
  const option = useMemo(
    () => ({
      grid: { left: 190, right: 110, top: 4, bottom: 4 },
      xAxis: { type: 'value', show: false, max: 1 },
      yAxis: {
        type: 'category',
        inverse: true,
        data: offers.map(({ title }) => title),
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { color: '#33475c', width: 176, overflow: 'truncate' },
      },
      series: [
        {
          type: 'bar',
          barMaxWidth: 16,
          itemStyle: { color: '#4b97e0', borderRadius: [0, 3, 3, 0] },
          showBackground: true,
          backgroundStyle: { color: '#eef2f7' },
          label: {
            show: true,
            position: 'right',
            color: '#33475c',
            formatter: ({ dataIndex }: { dataIndex: number }) => {
              const one = offers[dataIndex];
              return one ? `${percent(one.rate)}（${one.accepted}/${one.asked}）` : '';
            },
          },
          data: offers.map(({ rate }) => rate),
        },
      ],
    }),
    [offers],
  );
  const place = usePlot(option);
  const spoken = offers.map(({ title, rate }) => `${title}${percent(rate)}`).join('，');
  return (
    <div
      ref={place}
      role="img"
      aria-label={`${T.reports.plot}：${spoken}`}
      style={{ height: offers.length * ROW_PX + 8 }}
    />
  );
}
