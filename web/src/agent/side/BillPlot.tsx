import { useMemo } from 'react';
import { usePlot } from '../components/plot';
import type { Customer360 } from '../contractCustomer';
import { monthName, yuan } from '../figures';
import { T } from '../texts';

/** Six months of bills as small bars; the last one stands out. */
export default function BillPlot({ bills }: { bills: Customer360['bills'] }): JSX.Element {
  const option = useMemo(
    () => ({
      grid: { left: 4, right: 4, top: 20, bottom: 20 },
      xAxis: {
        type: 'category',
        data: bills.map(({ month }) => monthName(month)),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: '#d5dee9' } },
        axisLabel: { color: '#5b6b7f', fontSize: 11 },
      },
      yAxis: { type: 'value', show: false, min: 0 },
      series: [
        {
          type: 'bar',
          barMaxWidth: 26,
          label: { show: true, position: 'top', color: '#33475c', fontSize: 11 },
          data: bills.map(({ amount }, place) => ({
            value: Math.round(amount / 100),
            itemStyle: { color: place === bills.length - 1 ? '#0a5bb5' : '#a9c8ea', borderRadius: [3, 3, 0, 0] },
          })),
        },
      ],
    }),
    [bills],
  );
  const place = usePlot(option);
  const spoken = bills.map(({ month, amount }) => `${monthName(month)}${yuan(amount)}`).join('，');
  return <div ref={place} className="bill-plot" role="img" aria-label={T.customer.billsLabel(spoken)} />;
}
