import { Empty, Skeleton } from 'antd';
import { lazy, Suspense, useRef, useState } from 'react';
import { dayLabel, parseUtc, timeLabel } from '../../shared/time';
import { Section } from '../components/Section';
import { TranscriptDrawer } from '../components/TranscriptDrawer';
import { Trouble } from '../components/Trouble';
import type { Customer360 } from '../contractCustomer';
import { ageName, dateName, tenure, volume, yuan } from '../figures';
import { useDesk, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { Reveal } from './Reveal';

const GOOD = new Set(['normal', 'active']);

const BillPlot = lazy(() => import('./BillPlot'));

const when = (iso: string): string => {
  const ms = parseUtc(iso);
  return Number.isFinite(ms) ? timeLabel(ms, Date.now()) : '';
};
const day = (iso: string): string => {
  const ms = parseUtc(iso);
  return Number.isFinite(ms) ? dayLabel(ms, Date.now()) : '';
};

interface Props {
  handover: string;
  /** A remark is to be added to this ticket. */
  onNote(ticket: string): void;
}

/** The customer from all sides. */
export function CustomerTab({ handover, onNote }: Props): JSX.Element {
  const { api, desk } = useWorkbench();
  // A customer who is verified during the chat becomes known: the tab asks again.
  const verified = useDesk(desk).rooms[handover]?.chat?.summary.verified ?? '';
  // The desk keeps its answer for half a minute; who presses wants a new one.
  const pressed = useRef(false);
  const { value, error, loading, reload } = useLoaded(
    () => api.customer(handover, pressed.current),
    `customer-${handover}-${verified}`,
  );
  const [reading, setReading] = useState<string | null>(null);

  if (error && !value) return <Trouble title={T.customer.failed} error={error} onRetry={reload} />;
  if (!value) return <Skeleton active paragraph={{ rows: 9 }} />;
  return (
    <div data-testid="customer">
      {value.missing.length > 0 && (
        <p className="missing" role="status">
          {T.customer.missing(value.missing.map((part) => T.customer.parts[part] ?? part).join('、'))}
          <button
            type="button"
            className="text-button"
            data-testid="customer-again"
            disabled={loading}
            onClick={() => {
              pressed.current = true;
              reload();
            }}
          >
            {T.customer.again}
          </button>
        </p>
      )}
      {value.known ? (
        <Known handover={handover} customer={value} onNote={onNote} />
      ) : (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <span data-testid="customer-unknown">
              <strong>{T.customer.unknownTitle}</strong>
              <br />
              {T.customer.unknownBody}
            </span>
          }
        />
      )}
      {(value.known || value.handovers.length > 0) && (
        <Section title={T.customer.handovers}>
          {value.handovers.length === 0 && <p className="quiet">{T.customer.noHandovers}</p>}
          <ul className="rows">
            {value.handovers.map((row) => (
              <li key={row.handover}>
                <button type="button" className="row-button" onClick={() => setReading(row.handover)}>
                  <strong>{row.topic_title}</strong>
                  <span className="rows__end">{day(row.at)}</span>
                  <small>{[row.agent, row.result].filter(Boolean).join(' · ')}</small>
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {reading && <TranscriptDrawer handover={reading} onClose={() => setReading(null)} />}
    </div>
  );
}

function Known({ handover, customer, onNote }: Props & { customer: Customer360 }): JSX.Element {
  const { texts } = useWorkbench();
  const has = (part: string): boolean => !customer.missing.includes(part);
  const kind = T.customer.kinds[customer.kind] ?? customer.kind;
  const age = ageName(customer.age_band);
  return (
    <>
      <div className="who">
        <p className="who__name">
          <Reveal handover={handover} what="name" masked={customer.name_mask} />
          {customer.level && (
            <span className="tag tag--gold">{texts.levels[customer.level] ?? customer.level}</span>
          )}
          {customer.do_not_disturb && (
            <span className="tag tag--red" title={T.customer.dndHint}>
              {T.customer.dnd}
            </span>
          )}
        </p>
        <p className="quiet">
          {[
            kind,
            age,
            customer.tenure_months === null ? '' : `${T.customer.tenure}${tenure(customer.tenure_months)}`,
            customer.area,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <dl className="who__facts">
          <div>
            <dt>{T.customer.number}</dt>
            <dd>
              <Reveal handover={handover} what="number" masked={customer.number_mask} />
            </dd>
          </div>
          <div>
            <dt>{T.customer.contact}</dt>
            <dd>
              <Reveal handover={handover} what="contact" masked="***********" />
            </dd>
          </div>
          <div>
            <dt>{T.customer.address}</dt>
            <dd>
              <Reveal handover={handover} what="address" masked="******" />
            </dd>
          </div>
        </dl>
      </div>
      {(customer.balance !== null || customer.points !== null) && (
        <div className="stats">
          {customer.balance !== null && (
            <p className={customer.balance < 0 ? 'stat stat--bad' : 'stat'}>
              <span>{T.customer.balance}</span>
              <strong>{yuan(customer.balance)}</strong>
            </p>
          )}
          {customer.points !== null && (
            <p className="stat">
              <span>{T.customer.points}</span>
              <strong>{customer.points.toLocaleString('en-US')}</strong>
            </p>
          )}
        </div>
      )}
      {customer.lines.length > 0 && (
        <Section title={T.customer.lines}>
          <ul className="rows">
            {customer.lines.map((line, place) => (
              <li key={place}>
                <strong>
                  {line.plan || line.kind_title}
                  {line.main && <span className="tag tag--blue">{T.customer.main}</span>}
                </strong>
                <span className="rows__end">
                  {line.fee === null ? '' : `${yuan(line.fee, true)}${T.customer.perMonth}`}
                </span>
                <small>
                  {[
                    line.kind_title,
                    line.number_mask,
                    line.contract_end ? T.customer.contract(dateName(line.contract_end)) : T.customer.noContract,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                  {line.state_title && (
                    <span className={GOOD.has(line.state) ? 'state' : 'state state--bad'}>{line.state_title}</span>
                  )}
                </small>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {has('bills') && (
        <Section title={T.customer.bills}>
          {customer.bills.length > 0 ? (
            <Suspense fallback={<Skeleton.Node active className="plot-wait" />}>
              <BillPlot bills={customer.bills} />
            </Suspense>
          ) : (
            <p className="quiet">{T.customer.noBills}</p>
          )}
        </Section>
      )}
      {customer.allowances.length > 0 && (
        <Section title={T.customer.allowances}>
          <ul className="rows">
            {customer.allowances.map(({ kind: what, name, total, used }, place) => (
              <li key={place} title={T.customer.used(volume(what, used), volume(what, total))}>
                <span>{name}</span>
                <span className="rows__end">{T.customer.left(volume(what, Math.max(0, total - used)))}</span>
                <progress
                  className={used >= total * 0.9 ? 'meter meter--full' : 'meter'}
                  max={total || 1}
                  value={Math.min(used, total)}
                  aria-label={`${name} ${T.customer.used(volume(what, used), volume(what, total))}`}
                />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {has('tickets') && (
        <Section title={T.customer.tickets}>
          {customer.tickets.length === 0 && <p className="quiet">{T.customer.noTickets}</p>}
          <ul className="rows">
            {customer.tickets.map((ticket) => (
              <li key={ticket.id}>
                <strong>{ticket.title}</strong>
                <span className={ticket.open ? 'rows__end state state--open' : 'rows__end state'}>
                  {ticket.state_title || ticket.state}
                </span>
                <small>
                  {[ticket.id, day(ticket.at), ticket.open && ticket.promised ? T.customer.promised(when(ticket.promised)) : '']
                    .filter(Boolean)
                    .join(' · ')}
                  {ticket.open && (
                    <button
                      type="button"
                      className="text-button"
                      data-testid={`note-ticket-${ticket.id}`}
                      onClick={() => onNote(ticket.id)}
                    >
                      {T.work.noteText}
                    </button>
                  )}
                </small>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {has('orders') && (
        <Section title={T.customer.orders}>
          {customer.orders.length === 0 && <p className="quiet">{T.customer.noOrders}</p>}
          <ul className="rows">
            {customer.orders.map((order) => (
              <li key={order.id}>
                <strong>{order.title}</strong>
                <span className="rows__end state">{order.state_title || order.state}</span>
                <small>
                  {order.id} · {day(order.at)}
                </small>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {has('contacts') && (
        <Section title={T.customer.contacts}>
          {customer.contacts.length === 0 && <p className="quiet">{T.customer.noContacts}</p>}
          <ul className="rows">
            {customer.contacts.map((contact, place) => (
              <li key={place}>
                <span>{contact.text}</span>
                <span className="rows__end">{day(contact.at)}</span>
                <small>{contact.channel}</small>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
