/** Keeps a conversation connected: socket, reconnection, and asking now and then while it is down. */
import {
  readMessage,
  readMode,
  readQueue,
  readTyping,
  type Message,
  type Mode,
  type Queue,
  type Typing,
} from '../shared/contract';
import type { Live, OpenLive } from './live';
import { Timers } from '../shared/timers';

export type Connection = 'connecting' | 'online' | 'reconnecting' | 'offline';

const POLL_MS = 5000;
/** Spread, so that a desk that restarts does not meet all its customers in one moment. */
const firstPoll = (): number => 700 + Math.random() * 1300;

export interface LinkHost {
  connection(connection: Connection): void;
  /** Something may have been missed: fetch it, and send what waits. */
  catchUp(): void;
  message(message: Message): void;
  typing(typing: Typing): void;
  mode(mode: Mode): void;
  queue(queue: Queue | null): void;
}

export class Link {
  private live: Live | null = null;
  private connection: Connection = 'connecting';
  private readonly timers = new Timers<'poll'>();
  isOnline = true;

  constructor(
    private readonly openLive: OpenLive,
    private readonly host: LinkHost,
  ) {}

  open(token: string): void {
    this.close();
    this.connection = 'connecting';
    this.live = this.openLive(token, {
      connected: () => {
        this.timers.clear('poll');
        this.change('online');
        this.host.catchUp();
      },
      disconnected: () => {
        if (!this.isOnline) this.change('offline');
        else if (this.connection === 'online') this.change('reconnecting');
        this.pollWhileDown();
      },
      refused: () => {
        this.pollWhileDown();
        this.host.catchUp();
      },
      message: (value) => {
        const message = readMessage(value);
        if (message) this.host.message(message);
      },
      typing: (value) => this.host.typing(readTyping(value)),
      mode: (value) => this.host.mode(readMode((value as { mode?: unknown } | null)?.mode)),
      queue: (value) => this.host.queue(readQueue(value)),
    });
  }

  close(): void {
    this.timers.clearAll();
    this.live?.close();
    this.live = null;
  }

  /** The browser says that the network has come or gone. */
  setOnline(online: boolean): void {
    this.isOnline = online;
    if (!this.live) return;
    if (online) {
      this.change('reconnecting');
      this.live.connect();
    } else {
      this.live.pause();
      this.change('offline');
    }
  }

  /** The page is in front again; a phone may have slept through messages. */
  nudge(): void {
    if (!this.live || !this.isOnline) return;
    if (this.connection !== 'online') this.live.connect();
    this.host.catchUp();
  }

  private change(connection: Connection): void {
    if (connection === this.connection) return;
    this.connection = connection;
    this.host.connection(connection);
  }

  private pollWhileDown(ms = firstPoll()): void {
    if (this.timers.runs('poll')) return;
    this.timers.set('poll', ms, () => {
      if (!this.live || this.connection === 'online') return;
      if (this.isOnline) {
        this.change('reconnecting');
        this.live.connect();
        this.host.catchUp();
      }
      this.pollWhileDown(POLL_MS);
    });
  }
}
