import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { DemoCustomer, DemoSms } from '../../shared/contract';
import { maskNumber } from '../../shared/mask';
import { clock, parseUtc, timeLabel } from '../../shared/time';
import { demoApi } from '../api';
import { useNow } from '../hooks';
import { codeIn } from '../sms';
import { T } from '../texts';

interface Props {
  customer: DemoCustomer;
  onChange(): void;
  onFill(text: string): void;
}

const POLL_MS = 3000;

function useInbox(number: string): DemoSms[] | null {
  const [inbox, setInbox] = useState<DemoSms[] | null>(null);
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout>;
    const poll = async (): Promise<void> => {
      if (!document.hidden) {
        const sms = await demoApi.sms(number).catch(() => null);
        if (!current) return;
        if (sms) setInbox(sms);
      }
      timer = setTimeout(() => void poll(), POLL_MS);
    };
    void poll();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [number]);
  return inbox;
}

export function DemoPhone({ customer, onChange, onFill }: Props): JSX.Element {
  const inbox = useInbox(customer.number);
  const now = useNow();
  const list = useRef<HTMLOListElement>(null);
  const last = inbox?.[inbox.length - 1]?.id;
  useLayoutEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [last]);

  return (
    <>
      <div className="demo-who">
        <p>
          <strong>{customer.name}</strong> {maskNumber(customer.number)}
          <span className="demo-customer__level">{customer.level}</span>
        </p>
        <p className="demo-customer__story">{customer.story}</p>
        <p className="demo-who__actions">
          <button type="button" className="link" data-testid="demo-fill-number" onClick={() => onFill(customer.number)}>
            {T.demo.fillNumber}
          </button>
          <button type="button" className="link" data-testid="demo-change" onClick={onChange}>
            {T.demo.change}
          </button>
        </p>
      </div>
      <section className="phone" aria-label={`${customer.name}${T.demo.inbox}`}>
        <header className="phone__bar">
          <time>{clock(now)}</time>
          <strong>{T.demo.smsFrom}</strong>
          <span>{T.demo.inbox}</span>
        </header>
        <ol className="phone__inbox" ref={list} aria-live="polite" tabIndex={0}>
          {inbox?.length === 0 && <li className="phone__empty">{T.demo.noSms}</li>}
          {inbox?.map((sms) => {
            const code = codeIn(sms.text);
            const at = parseUtc(sms.at);
            return (
              <li key={sms.id} className="sms" data-testid="demo-sms" data-code={code ?? undefined}>
                {Number.isFinite(at) && <p className="sms__time">{timeLabel(at, Math.max(now, at))}</p>}
                <p className="sms__text">{sms.text}</p>
                {code && (
                  <button type="button" className="sms__fill" data-testid="demo-fill-code" onClick={() => onFill(code)}>
                    {T.demo.fillCode(code)}
                  </button>
                )}
              </li>
            );
          })}
        </ol>
      </section>
    </>
  );
}
