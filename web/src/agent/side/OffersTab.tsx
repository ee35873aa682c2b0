import { Alert, Empty, Skeleton } from 'antd';
import { useEffect } from 'react';
import { Section } from '../components/Section';
import { Trouble } from '../components/Trouble';
import type { Offer } from '../contractCustomer';
import { yuan } from '../figures';
import { useDesk, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { OfferCard } from './OfferCard';

interface Props {
  handover: string;
  onInsert(text: string): void;
}

const MOST = 3;

/** 挽留: at most three offers, each with why it fits and what it costs. */
export function OffersTab({ handover, onInsert }: Props): JSX.Element {
  const { api, desk } = useWorkbench();
  const room = useDesk(desk).rooms[handover];
  const verified = room?.chat?.summary.verified ?? '';
  const proposals = room?.proposals ?? [];
  const settled = proposals.filter(({ state }) => state !== 'asked').length;
  const { value, error, reload, put } = useLoaded(() => api.offers(handover), `offers-${handover}-${verified}`);
  // What the customer has settled may change what still can be offered.
  useEffect(() => {
    if (settled > 0) reload();
  }, [settled, reload]);

  if (error && !value) return <Trouble title={T.offers.failed} error={error} onRetry={reload} />;
  if (!value) return <Skeleton active paragraph={{ rows: 9 }} />;
  const changed = (offer: Offer): void =>
    put({ ...value, offers: value.offers.map((one) => (one.id === offer.id ? offer : one)) });
  const shown = value.offers.slice(0, MOST);
  return (
    <div className="offers" data-testid="offers">
      <p className="chips">
        {value.moment && <span className="chip chip--moment">{T.offers.moments[value.moment] ?? value.moment}</span>}
        {value.segment.map(({ name, value: level }) => (
          <span key={name} className="chip">
            {name}
            <b>{level}</b>
          </span>
        ))}
      </p>
      {value.caution && <Alert type="warning" showIcon message={value.caution} />}
      {value.none_because && <Alert type="info" showIcon message={value.none_because} />}
      {shown.length === 0 && !value.none_because && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={T.offers.none} />
      )}
      {shown.length > 0 && <p className="quiet">{T.offers.once}</p>}
      {shown.map((offer, place) => (
        <OfferCard
          key={offer.id}
          handover={handover}
          offer={offer}
          rank={place + 1}
          live={proposals.find(({ id }) => id === offer.proposal?.id) ?? offer.proposal}
          onInsert={onInsert}
          onChanged={changed}
        />
      ))}
      {value.recommendations.length > 0 && (
        <Section title={T.offers.recommendations}>
          <ul className="rows">
            {value.recommendations.map((one) => (
              <li key={one.offering}>
                <strong>{one.name}</strong>
                <span className="rows__end">
                  {one.fee === null ? '' : `${yuan(one.fee, true)}${T.customer.perMonth}`}
                </span>
                <small>{one.description}</small>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {value.rejected.length > 0 && (
        <details className="fold">
          <summary>{T.offers.rejected(value.rejected.length)}</summary>
          <ul className="rows">
            {value.rejected.map((one) => (
              <li key={one.title}>
                <span>{one.title}</span>
                <small>{one.why.join('；')}</small>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
