/** Lines on their way to customers: one after the other, each under its own id until the desk has it. */
import { ApiError } from '../shared/http';
import { newId } from '../shared/ids';
import type { AgentApi } from './api';
import type { StaffMessage } from './contract';
import type { Keep } from './keep';
import { problem } from './problem';
import { emptyRoom, outgoing, type Outgoing, type Room } from './rooms';

export interface SenderHost {
  rooms(): Record<string, Room>;
  setRoom(handover: string, room: Room): void;
  sent(handover: string, message: StaffMessage | null): void;
}

export class Sender {
  private readonly pumping = new Set<string>();

  constructor(
    private readonly api: AgentApi,
    private readonly keep: Keep,
    private readonly host: SenderHost,
  ) {}

  /** What an earlier page left unsent; it goes when the desk is reached. */
  restore(): void {
    for (const [handover, items] of Object.entries(this.keep.unsent())) {
      const outbox = items.map((item): Outgoing => ({
        ...outgoing(item.clientId, item.text, item.at),
        state: 'failed',
      }));
      this.host.setRoom(handover, { ...emptyRoom(), outbox });
    }
  }

  say(handover: string, text: string, file: File | null = null): void {
    const room = this.room(handover);
    const item = outgoing(newId(), text, Date.now(), file);
    this.host.setRoom(handover, { ...room, outbox: [...room.outbox, item] });
    void this.pump(handover);
  }

  retry(handover: string, clientId: string): void {
    this.changeItem(handover, clientId, { state: 'sending', error: null });
    void this.pump(handover);
  }

  /** Takes back what could not be sent; its words return to the composer. */
  takeBack(handover: string, clientId: string): void {
    const room = this.room(handover);
    this.host.setRoom(handover, { ...room, outbox: room.outbox.filter((item) => item.clientId !== clientId) });
  }

  async pump(handover: string): Promise<void> {
    if (this.pumping.has(handover)) return;
    this.pumping.add(handover);
    try {
      for (let item = this.nextOut(handover); item; item = this.nextOut(handover)) {
        const { clientId, text, file } = item;
        try {
          const sent = file
            ? await this.api.picture(handover, clientId, file)
            : await this.api.say(handover, clientId, text);
          this.takeBack(handover, clientId);
          this.host.sent(handover, sent);
        } catch (error) {
          const retryable = !(error instanceof ApiError) || error.retryable || error.status === 401;
          this.changeItem(handover, clientId, { state: 'failed', retryable, error: problem(error) });
          if (retryable) break;
        }
      }
    } finally {
      this.pumping.delete(handover);
    }
  }

  /** The first that still has to go; one that failed holds the later ones back, so that the order stays. */
  private nextOut(handover: string): Outgoing | null {
    const waiting = this.room(handover).outbox.filter((item) => item.state === 'sending' || item.retryable);
    const first = waiting[0];
    return first?.state === 'sending' ? first : null;
  }

  resend(handover: string): void {
    for (const item of this.room(handover).outbox)
      if (item.state === 'failed' && item.retryable) this.changeItem(handover, item.clientId, { state: 'sending' });
    void this.pump(handover);
  }

  private changeItem(handover: string, clientId: string, change: Partial<Outgoing>): void {
    const room = this.room(handover);
    const outbox = room.outbox.map((item) => (item.clientId === clientId ? { ...item, ...change } : item));
    this.host.setRoom(handover, { ...room, outbox });
  }

  keepUnsent(): void {
    const lines = Object.entries(this.host.rooms()).map(([handover, room]) => [
      handover,
      room.outbox.filter((item) => !item.file).map(({ clientId, text, at }) => ({ clientId, text, at })),
    ]);
    this.keep.keepUnsent(Object.fromEntries(lines));
  }

  private room(handover: string): Room {
    return this.host.rooms()[handover] ?? emptyRoom();
  }
}
