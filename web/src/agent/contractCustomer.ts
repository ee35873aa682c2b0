/** The customer, what can be offered, tickets, orders and search, as the desk tells them. Money is fen. */
import {
  count,
  flag,
  isObject,
  listOf,
  numberOrNull,
  oneOf,
  orNull,
  shape,
  wordList,
  words,
  wordsOrNull,
} from '../shared/read';

export const readCustomer = shape({
  known: flag,
  name_mask: words,
  number_mask: words,
  level: words,
  kind: words,
  age_band: words,
  tenure_months: numberOrNull,
  area: words,
  do_not_disturb: flag,
  lines: listOf(
    shape({
      id: words,
      number_mask: words,
      kind: words,
      kind_title: words,
      state: words,
      state_title: words,
      plan: words,
      fee: numberOrNull,
      contract_end: wordsOrNull,
      main: flag,
    }),
  ),
  balance: numberOrNull,
  points: numberOrNull,
  bills: listOf(shape({ month: words, amount: count })),
  allowances: listOf(shape({ kind: words, name: words, total: count, used: count })),
  tickets: listOf(
    shape({
      id: words,
      kind: words,
      title: words,
      state: words,
      state_title: words,
      at: words,
      promised: wordsOrNull,
      open: flag,
    }),
  ),
  orders: listOf(shape({ id: words, title: words, state: words, state_title: words, at: words })),
  contacts: listOf(shape({ at: words, channel: words, text: words })),
  handovers: listOf(
    shape({ handover: words, at: words, topic_title: words, agent: words, result: words }),
  ),
  missing: wordList,
});
export type Customer360 = ReturnType<typeof readCustomer>;

export const readSuggestions = listOf(
  shape({ id: words, question: words, answer: words, score: count }),
);
export type Suggestion = ReturnType<typeof readSuggestions>[number];

export const readCanned = listOf(shape({ group: words, code: words, title: words, text: words }));
export type Canned = ReturnType<typeof readCanned>[number];

export type ProposalState = 'asked' | 'confirmed' | 'declined' | 'expired' | 'failed' | 'withdrawn';

export const readProposal = shape({
  id: words,
  title: words,
  terms: words,
  state: oneOf<ProposalState>('confirmed', 'declined', 'expired', 'failed', 'withdrawn', 'asked'),
  receipt: wordsOrNull,
  order: wordsOrNull,
  at: words,
});
export type Proposal = ReturnType<typeof readProposal>;
export const readProposals = listOf(readProposal);

export const readOffer = shape({
  id: words,
  title: words,
  kind: words,
  benefit: words,
  reason: words,
  cost: count,
  months: numberOrNull,
  price: words,
  script: words,
  objections: listOf(shape({ says: words, answer: words })),
  explanation: orNull(
    shape({
      probability: numberOrNull,
      value_kept: numberOrNull,
      value: numberOrNull,
      answers: numberOrNull,
      text: words,
      cost: numberOrNull,
      bonus: numberOrNull,
      expected: numberOrNull,
    }),
  ),
  orderable: flag,
  callback: flag,
  outcome: wordsOrNull,
  proposal: orNull(readProposal),
});
export type Offer = ReturnType<typeof readOffer>;

export const readOffers = shape({
  moment: words,
  segment: listOf(shape({ name: words, value: words })),
  offers: listOf(readOffer),
  none_because: wordsOrNull,
  caution: wordsOrNull,
  rejected: listOf(shape({ title: words, why: wordList })),
  recommendations: listOf(
    shape({ offering: words, name: words, fee: numberOrNull, description: words }),
  ),
});
export type Offers = ReturnType<typeof readOffers>;

export const readDraftTicket = shape({
  kind: words,
  title: words,
  description: words,
  severity: words,
  contact_mask: words,
  facts: listOf(shape({ label: words, value: words })),
  duplicate: orNull(shape({ id: words, title: words })),
});
export type DraftTicket = ReturnType<typeof readDraftTicket>;

export const readTicketReceipt = shape({ receipt: words, number: wordsOrNull, state: words });
export type TicketReceipt = ReturnType<typeof readTicketReceipt>;

export const readCatalogue = listOf(
  shape({
    id: words,
    name: words,
    kind: words,
    kind_title: words,
    fee: numberOrNull,
    description: words,
  }),
);
export type Offering = ReturnType<typeof readCatalogue>[number];

export const readFound = shape({
  rows: listOf(
    shape({
      handover: words,
      conversation: words,
      at: words,
      topic_title: words,
      number_mask: words,
      agent: words,
      group: words,
      result: words,
      snippet: words,
    }),
  ),
  total: count,
});
export type Found = ReturnType<typeof readFound>;

export const readRevealed = (value: unknown): string => (isObject(value) ? words(value.value) : '');
