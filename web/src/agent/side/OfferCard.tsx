import { Button, Popover } from 'antd';
import { useState } from 'react';
import type { Offer, Proposal } from '../contractCustomer';
import { percent, yuan } from '../figures';
import { useDeed } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { ProposalLine } from './ProposalLine';

interface Props {
  handover: string;
  offer: Offer;
  rank: number;
  /** The offer's proposal as it stands now. */
  live: Proposal | null;
  onInsert(text: string): void;
  onChanged(offer: Offer): void;
}

export function OfferCard({ handover, offer, rank, live, onInsert, onChanged }: Props): JSX.Element {
  const { api, desk, texts, tell } = useWorkbench();
  const [asking, setAsking] = useState(false);
  const { busy, run } = useDeed(tell.bad);
  const { id, outcome, explanation } = offer;
  const open = live?.state === 'asked';
  const settled = outcome ?? (live?.state === 'confirmed' ? 'accepted' : null);

  const propose = (): void => {
    void run(async () => {
      const proposal = await api.propose(handover, { offer: id });
      desk.gotProposal(handover, proposal);
      onChanged({ ...offer, proposal });
      tell.good(T.proposal.sent);
    });
  };
  const record = (what: string, reason: string): void => {
    setAsking(false);
    void run(async () => onChanged(await api.outcome(handover, id, what, reason)));
  };
  const copy = (): void => {
    navigator.clipboard?.writeText(offer.script).then(
      () => tell.good(T.offers.copied),
      () => onInsert(offer.script),
    );
  };

  return (
    <article className={settled ? 'offer offer--settled' : 'offer'} data-testid={`offer-${id}`}>
      <header>
        <h3>
          <i>{rank}</i>
          {offer.title}
        </h3>
        {offer.callback && <span className="tag">{T.offers.callback}</span>}
        {settled && <span className={`tag outcome outcome--${settled}`}>{T.offers.outcomes[settled] ?? settled}</span>}
      </header>
      <dl className="offer__facts">
        <div>
          <dt>{T.offers.benefit}</dt>
          <dd>
            {offer.benefit}
            {offer.months !== null && <span className="quiet">（{T.offers.months(offer.months)}）</span>}
          </dd>
        </div>
        <div>
          <dt>{T.offers.price}</dt>
          <dd>{offer.price || T.none}</dd>
        </div>
        <div>
          <dt>{T.offers.reason}</dt>
          <dd>{offer.reason}</dd>
        </div>
        <div>
          <dt>{T.offers.cost}</dt>
          <dd>{yuan(offer.cost, true)}</dd>
        </div>
      </dl>
      {offer.script && (
        <div className="script">
          <p>{offer.script}</p>
          <p className="script__deeds">
            <button type="button" className="text-button" data-testid={`offer-${id}-copy`} onClick={copy}>
              {T.copy}
            </button>
            <button
              type="button"
              className="text-button"
              data-testid={`offer-${id}-insert`}
              onClick={() => onInsert(offer.script)}
            >
              {T.insert}
            </button>
          </p>
        </div>
      )}
      {offer.objections.length > 0 && (
        <details className="fold">
          <summary>{T.offers.objections(offer.objections.length)}</summary>
          <ul className="objections">
            {offer.objections.map(({ says, answer }) => (
              <li key={says}>
                <strong>“{says}”</strong>
                <span>{answer}</span>
                <button type="button" className="text-button" onClick={() => onInsert(answer)}>
                  {T.insert}
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
      {explanation && (
        <details className="fold">
          <summary>{T.offers.explanation}</summary>
          {explanation.text && <p className="quiet">{explanation.text}</p>}
          <dl className="numbers">
            <div>
              <dt>{T.offers.probability}</dt>
              <dd>{percent(explanation.probability)}</dd>
            </div>
            <div>
              <dt>{T.offers.valueKept}</dt>
              <dd>{yuan(explanation.value_kept ?? explanation.value, true)}</dd>
            </div>
            <div>
              <dt>{T.offers.explainCost}</dt>
              <dd>{yuan(explanation.cost, true)}</dd>
            </div>
            {explanation.bonus !== null && explanation.bonus !== 0 && (
              <div>
                <dt>{T.offers.bonus}</dt>
                <dd>{yuan(explanation.bonus, true)}</dd>
              </div>
            )}
            <div>
              <dt>{T.offers.expected}</dt>
              <dd>{yuan(explanation.expected, true)}</dd>
            </div>
          </dl>
        </details>
      )}
      {live && <ProposalLine handover={handover} proposal={live} />}
      {!settled && !open && (
        <footer className="offer__deeds">
          {offer.orderable ? (
            <Button
              size="small"
              type="primary"
              loading={busy}
              data-testid={`offer-${id}-propose`}
              onClick={propose}
            >
              {T.offers.propose}
            </Button>
          ) : (
            <Button
              size="small"
              type="primary"
              loading={busy}
              data-testid={`offer-${id}-accepted`}
              onClick={() => record('accepted', '')}
            >
              {T.offers.accepted}
            </Button>
          )}
          <Popover
            open={asking}
            trigger="click"
            title={T.offers.declineWhy}
            onOpenChange={setAsking}
            content={
              <div className="reveal__reasons">
                {Object.entries(texts.decline_reasons).map(([reason, title]) => (
                  <Button
                    key={reason}
                    size="small"
                    data-testid={`decline-reason-${reason}`}
                    onClick={() => record('declined', reason)}
                  >
                    {title}
                  </Button>
                ))}
              </div>
            }
          >
            <Button size="small" disabled={busy} data-testid={`offer-${id}-declined`}>
              {T.offers.declined}
            </Button>
          </Popover>
          <Button
            size="small"
            type="text"
            disabled={busy}
            data-testid={`offer-${id}-not-offered`}
            onClick={() => record('not_offered', '')}
          >
            {T.offers.notOffered}
          </Button>
        </footer>
      )}
    </article>
  );
}
