/** Sends what is in the outbox, in order, each under one client id however often it takes. */
import type { Credentials, Message } from '../shared/contract';
import { ApiError } from '../shared/http';
import type { ChatApi } from './api';
import * as outbox from './outbox';
import type { Lane, Outgoing } from './outbox';
import { T } from './texts';

const PAUSES_MS = [800, 2000];

export interface SenderHost {
  api: ChatApi;
  /** Null while there is no conversation to send to. */
  credentials(): Credentials | null;
  online(): boolean;
  outbox(): Outgoing[];
  setOutbox(box: Outgoing[]): void;
  delivered(item: Outgoing, replies: Message[]): void;
  /** The desk refused the token. */
  sessionLost(): void;
  /** The desk refused in a way that may mean that the conversation is gone. */
  doubt(): void;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Why the desk did not take it, in a sentence for the customer; null when the network is to blame. */
export function reasonFor(error: ApiError, item: Outgoing): string | null {
  if (error.kind !== 'http') return null;
  if (error.sentence) return error.sentence;
  const picture = item.kind === 'picture';
  if (error.status === 413) return picture ? T.delivery.pictureTooLarge : T.delivery.tooLong;
  if (error.status === 429) return T.delivery.tooFast;
  if (error.status >= 500) return T.delivery.server;
  return picture ? T.delivery.pictureRefused : T.delivery.refused;
}

export class Sender {
  constructor(private readonly host: SenderHost) {}

  /** Starts whatever can start now. */
  run(): void {
    void this.runLane('words');
    void this.runLane('pictures');
  }

  private async runLane(lane: Lane): Promise<void> {
    const who = this.host.credentials();
    const item = outbox.nextToSend(this.host.outbox(), lane);
    if (!who || !item) return;
    await this.deliver(who, item);
    void this.runLane(lane);
  }

  private change(item: Outgoing, change: Partial<Outgoing>): void {
    this.host.setOutbox(outbox.update(this.host.outbox(), item.clientId, change));
  }

  /** Still ours to deliver: not removed by the customer, and the conversation is the same. */
  private holds(item: Outgoing, who: Credentials): boolean {
    const current = this.host.credentials();
    return (
      current?.id === who.id &&
      this.host.outbox().some((one) => one.clientId === item.clientId && one.state === 'sending')
    );
  }

  private async deliver(who: Credentials, item: Outgoing): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      this.change(item, { state: 'sending', attempts: attempt + 1 });
      try {
        const replies = await this.post(who, item);
        if (this.holds(item, who)) this.host.delivered(item, replies);
        return;
      } catch (cause) {
        const error = cause instanceof ApiError ? cause : new ApiError('network');
        if (!this.holds(item, who)) return;
        if (error.status === 401) {
          this.host.sessionLost();
          return;
        }
        const again = error.kind === 'network' || error.status >= 500;
        const wait = PAUSES_MS[attempt];
        if (again && wait !== undefined && this.host.online()) {
          await pause(wait);
          if (!this.holds(item, who)) return;
          continue;
        }
        this.change(item, {
          state: 'failed',
          reason: reasonFor(error, item),
          retryable: error.retryable,
        });
        if (error.status === 403 || error.status === 404) this.host.doubt();
        return;
      }
    }
  }

  private post(who: Credentials, item: Outgoing): Promise<Message[]> {
    const { api } = this.host;
    if (item.file) {
      return api.sendPicture(who, item.clientId, item.file, (progress) => {
        if (this.holds(item, who)) this.change(item, { progress });
      });
    }
    const client_id = item.clientId;
    return api.sendWords(
      who,
      item.choice === undefined ? { client_id, text: item.text } : { client_id, choice: item.choice },
    );
  }
}
