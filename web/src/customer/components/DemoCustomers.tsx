import { useMemo, useState } from 'react';
import type { DemoCustomer } from '../../shared/contract';
import { maskNumber } from '../../shared/mask';
import { searchCustomers } from '../demoSearch';
import { T, TAGS } from '../texts';
import { SearchIcon } from './icons';

interface Props {
  customers: DemoCustomer[];
  onChoose(customer: DemoCustomer): void;
}

export function DemoCustomers({ customers, onChoose }: Props): JSX.Element {
  const [query, setQuery] = useState('');
  const found = useMemo(() => searchCustomers(customers, query), [customers, query]);
  return (
    <>
      <label className="demo__search">
        <SearchIcon />
        <input
          type="search"
          value={query}
          placeholder={T.demo.search}
          aria-label={T.demo.search}
          data-testid="demo-search"
          onChange={(event) => setQuery(event.target.value)}
        />
      </label>
      <ul className="demo__customers" aria-label={T.demo.pick}>
        {found.map((customer) => (
          <li key={customer.number}>
            <button
              type="button"
              className="demo-customer"
              data-testid="demo-customer"
              data-number={customer.number}
              onClick={() => onChoose(customer)}
            >
              <span className="demo-customer__line">
                <strong>{customer.name}</strong>
                <span className="demo-customer__number">{maskNumber(customer.number)}</span>
                <span className="demo-customer__level">{customer.level}</span>
              </span>
              <span className="demo-customer__story">{customer.story}</span>
              {customer.tags.length > 0 && (
                <span className="demo-customer__tags">
                  {customer.tags.map((tag) => (
                    <span key={tag}>{TAGS[tag] ?? tag}</span>
                  ))}
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="demo__state">{T.demo.none}</p>}
    </>
  );
}
