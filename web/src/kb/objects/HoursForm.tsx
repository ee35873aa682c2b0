import { Select, Switch } from 'antd';
import { list } from '../../shared/read';
import { K } from '../texts';
import { readHours, writeHours, type Span } from '../values';
import { Field } from './Field';
import type { FormProps } from './forms';

const DAYS = 7;
const WORKDAYS = 5;
const USUAL: Span = { from: '08:00', to: '22:00' };
const HALF_HOURS = Array.from({ length: 49 }, (_, at) => `${String(Math.floor(at / 2)).padStart(2, '0')}:${at % 2 ? '30' : '00'}`);

const minutes = (time: string): number => Number(time.slice(0, -3)) * 60 + Number(time.slice(-2));
const options = (time: string) =>
  [...new Set([...HALF_HOURS, time])].sort((a, b) => minutes(a) - minutes(b)).map((one) => ({ value: one, label: one }));

/** 人工时间: when people answer, Monday to Sunday, Chinese time. */
export function HoursForm({ value, onChange, mayEdit }: FormProps): JSX.Element {
  const held = list(value.week);
  const week = Array.from({ length: DAYS }, (_, at) => readHours(held[at]));
  const put = (next: (Span | null)[]): void => onChange({ ...value, week: next.map(writeHours) });
  const day = (at: number, span: Span | null): void => put(week.map((one, place) => (place === at ? span : one)));
  return (
    <Field label={K.fields.week ?? ''} hint={K.hours.hint}>
      <table className="hours" data-testid="hours">
        <tbody>
          {week.map((span, at) => {
            const wrong = span !== null && minutes(span.from) >= minutes(span.to);
            return (
              <tr key={at}>
                <th>{K.hours.days[at]}</th>
                <td>
                  <Switch
                    size="small"
                    disabled={!mayEdit}
                    checked={span !== null}
                    aria-label={`${K.hours.days[at]} ${K.hours.open}`}
                    data-testid={`open-${at}`}
                    onChange={(on) => day(at, on ? USUAL : null)}
                  />
                </td>
                <td className="hours__times">
                  {span ? (
                    <>
                      {(['from', 'to'] as const).map((end) => (
                        <Select
                          key={end}
                          showSearch
                          size="small"
                          disabled={!mayEdit}
                          status={wrong ? 'error' : ''}
                          value={span[end]}
                          aria-label={`${K.hours.days[at]} ${end === 'from' ? K.hours.opens : K.hours.closes}`}
                          data-testid={`${end}-${at}`}
                          options={options(span[end])}
                          onChange={(time: string) => day(at, { ...span, [end]: time })}
                        />
                      ))}
                      {wrong && <span className="bad">{K.hours.wrong}</span>}
                    </>
                  ) : (
                    <span className="quiet">{K.hours.closed}</span>
                  )}
                </td>
                <td className="hours__bar" aria-hidden="true">
                  <div>
                    {span && !wrong && (
                      <i
                        style={{
                          left: `${(minutes(span.from) / 1440) * 100}%`,
                          width: `${((minutes(span.to) - minutes(span.from)) / 1440) * 100}%`,
                        }}
                      />
                    )}
                  </div>
                </td>
                <td className="row-deeds">
                  {mayEdit && at === 0 && (
                    <>
                      <button
                        type="button"
                        className="text-button"
                        data-testid="copy-workdays"
                        onClick={() => put(week.map((one, place) => (place < WORKDAYS ? span : one)))}
                      >
                        {K.hours.copy}
                      </button>
                      <button type="button" className="text-button" data-testid="copy-all" onClick={() => put(week.map(() => span))}>
                        {K.hours.copyAll}
                      </button>
                    </>
                  )}
                  {mayEdit && at > 0 && span && (
                    <button type="button" className="text-button" onClick={() => day(at, { from: '00:00', to: '24:00' })}>
                      {K.hours.allDay}
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={3} />
            <td className="hours__scale" aria-hidden="true">
              {['0', '6', '12', '18', '24'].map((hour) => (
                <span key={hour}>{hour}</span>
              ))}
            </td>
            <td />
          </tr>
        </tfoot>
      </table>
    </Field>
  );
}
