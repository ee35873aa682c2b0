/** What can be told from the transcript of the customer page. Pure. */
import type { Message, Mode } from '../shared/contract';
import { closesChoices, type Outgoing } from './outbox';

/**
 * The seqs of the messages whose choices can still be pressed: the latest message with choices, and
 * a question of the desk's own (a score) that only the bot has spoken after; none once the customer
 * has said something, or has something on its way.
 */
export function activeChoices(messages: Message[], outbox: Outgoing[], mode: Mode): number[] {
  const open: number[] = [];
  let latest = true;
  let onlyBot = mode === 'bot';
  for (let index = messages.length - 1; index >= 0 && (latest || onlyBot); index -= 1) {
    const message = messages[index];
    if (!message || message.role === 'customer') break;
    if (message.choices.length > 0 && (latest || message.role !== 'bot')) {
      if (outbox.some((item) => closesChoices(item, message.seq))) break;
      if (mode !== 'human' || message.role !== 'bot') open.push(message.seq);
      latest = false;
    }
    if (message.role !== 'bot') onlyBot = false;
  }
  return open;
}

/** The seq of the bot's answer that may be rated: its last line, once it has answered and asks nothing. */
export function ratable(messages: Message[], outbox: Outgoing[], mode: Mode): number | null {
  const last = messages[messages.length - 1];
  if (mode !== 'bot' || outbox.length > 0 || last?.role !== 'bot' || /[？?]\s*$/.test(last.text)) return null;
  return messages.some(({ role }) => role === 'customer') ? last.seq : null;
}
