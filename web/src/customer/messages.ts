/** What can be told from the transcript of the customer page. Pure. */
import type { Message, Mode } from '../shared/contract';
import { closesChoices, type Outgoing } from './outbox';

/**
 * The seq of the message whose choices can still be pressed, or null: the latest message with
 * choices, unless the customer has said something since, or has something on its way.
 */
export function activeChoices(messages: Message[], outbox: Outgoing[], mode: Mode): number | null {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (!message || message.role === 'customer') return null;
    if (message.choices.length === 0) continue;
    const closed = outbox.some((item) => closesChoices(item, message.seq));
    return closed || (mode === 'human' && message.role === 'bot') ? null : message.seq;
  }
  return null;
}
