/** echarts with only the parts that the workbench draws: bars, drawn as SVG so that text stays sharp. */
import { BarChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef, type RefObject } from 'react';

use([BarChart, GridComponent, TooltipComponent, SVGRenderer]);

const still = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

export function usePlot(option: EChartsCoreOption): RefObject<HTMLDivElement> {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const chart = init(element, undefined, { renderer: 'svg' });
    chart.setOption({ animation: !still(), textStyle: { fontFamily: 'inherit' }, ...option });
    const watcher = new ResizeObserver(() => chart.resize());
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      chart.dispose();
    };
  }, [option]);
  return place;
}
