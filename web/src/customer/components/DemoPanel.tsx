import { useEffect, useRef, useState } from 'react';
import type { DemoCustomer } from '../../shared/contract';
import { browserStore } from '../../shared/storage';
import { demoApi } from '../api';
import { T } from '../texts';
import '../styles/demo.css';
import { DemoCustomers } from './DemoCustomers';
import { DemoPhone } from './DemoPhone';
import { CloseIcon } from './icons';

interface Props {
  /** Slides over the chat on small screens; stands beside it on wide ones. */
  sheet: boolean;
  onClose(): void;
  onFill(text: string): void;
}

const CHOSEN_KEY = 'wanhao.demo.number';
const own = browserStore('sessionStorage');

function Content({ onClose, onFill }: Omit<Props, 'sheet'>): JSX.Element {
  const [customers, setCustomers] = useState<DemoCustomer[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [number, setNumber] = useState(() => own.get(CHOSEN_KEY));
  const chosen = customers?.find((customer) => customer.number === number) ?? null;

  const load = (): void => {
    setFailed(false);
    demoApi.customers().then(setCustomers, () => setFailed(true));
  };
  useEffect(load, []);

  const choose = (customer: DemoCustomer | null): void => {
    if (customer) own.set(CHOSEN_KEY, customer.number);
    else own.remove(CHOSEN_KEY);
    setNumber(customer?.number ?? null);
    if (customer) onFill(customer.number);
  };

  return (
    <>
      <header className="demo__head">
        <div>
          <p className="demo-label">{T.demo.label}</p>
          <h2>{T.demo.title}</h2>
        </div>
        <button type="button" className="ghost ghost--dark" aria-label={T.demo.collapse} onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      <p className="demo__explain">{T.demo.explain}</p>
      {failed && (
        <p className="demo__state" role="alert">
          {T.demo.failed}
          <button type="button" className="link" onClick={load}>
            {T.retry}
          </button>
        </p>
      )}
      {!failed && customers === null && <p className="demo__state">{T.demo.loading}</p>}
      {customers !== null &&
        (chosen ? (
          <DemoPhone customer={chosen} onChange={() => choose(null)} onFill={onFill} />
        ) : (
          <DemoCustomers customers={customers} onChoose={choose} />
        ))}
    </>
  );
}

function Sheet({ onClose, onFill }: Omit<Props, 'sheet'>): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="demo demo--sheet"
      aria-label={T.demo.title}
      data-testid="demo-panel"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="demo__inside">
        <Content onClose={onClose} onFill={onFill} />
      </div>
    </dialog>
  );
}

export default function DemoPanel({ sheet, onClose, onFill }: Props): JSX.Element {
  if (sheet) return <Sheet onClose={onClose} onFill={onFill} />;
  return (
    <aside className="demo demo--side" aria-label={T.demo.title} data-testid="demo-panel">
      <Content onClose={onClose} onFill={onFill} />
    </aside>
  );
}
