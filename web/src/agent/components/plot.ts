/** echarts with only the parts that the pages of staff draw: bars and lines, as SVG so that text stays sharp. */
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef, type RefObject } from 'react';

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const still = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Draws into the element of the ref. A press tells the place on the axis, and the series if it hit one. */
export function usePlot(
  option: EChartsCoreOption,
  onPress?: (index: number, series: string | null) => void,
): RefObject<HTMLDivElement> {
  const place = useRef<HTMLDivElement>(null);
  const press = useRef(onPress);
  press.current = onPress;
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const chart = init(element, undefined, { renderer: 'svg' });
    chart.setOption({ animation: !still(), textStyle: { fontFamily: 'inherit' }, ...option });
    if (press.current) {
      chart.on('click', ({ dataIndex, seriesName }) => press.current?.(dataIndex, seriesName ?? null));
      // Between the points, too.
      chart.getZr().on('click', ({ offsetX, offsetY, target }) => {
        const at = [offsetX, offsetY];
        if (target || !chart.containPixel('grid', at)) return;
        const [index] = chart.convertFromPixel('grid', at) as number[];
        press.current?.(Math.round(index ?? 0), null);
      });
    }
    const watcher = new ResizeObserver(() => chart.resize());
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      chart.dispose();
    };
  }, [option]);
  return place;
}
