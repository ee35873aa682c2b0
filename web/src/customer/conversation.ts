/**
 * One customer's conversation: starts or resumes it, keeps the transcript in step with the desk,
 * and tells its subscribers. Knows nothing of React or of the page.
 */
import {
  readCredentials,
  type Choice,
  type Credentials,
  type Message,
  type Mode,
  type Queue,
  type Role,
} from '../shared/contract';
import { ApiError } from '../shared/http';
import { newId } from '../shared/ids';
import { readJson, type Store } from '../shared/storage';
import type { ChatApi } from './api';
import { Link, type Connection } from './link';
import type { OpenLive } from './live';
import { completeUpTo, hasGap, lastSeq, mergeMessages } from '../shared/transcript';
import { activeChoices } from './messages';
import * as outbox from './outbox';
import type { Outgoing } from './outbox';
import { Sender } from './sender';
import { Timers } from '../shared/timers';

export type Phase = 'starting' | 'ready' | 'unreachable' | 'ended';

export interface ConversationState {
  phase: Phase;
  connection: Connection;
  messages: Message[];
  outbox: Outgoing[];
  mode: Mode;
  queue: Queue | null;
  /** Who is typing. */
  typing: Role | null;
  /** The conversation before this one had expired. */
  renewed: boolean;
  token: string | null;
}

export interface Surroundings {
  api: ChatApi;
  openLive: OpenLive;
  /** Shared by the tabs: which conversation it is. */
  shared: Store;
  /** This tab's own: what is not sent yet. */
  own: Store;
  now?: () => number;
}

export const SESSION_KEY = 'wanhao.conversation';
const OUTBOX_KEY = 'wanhao.outbox';
const GAP_MS = 500;
const TYPING_MS = 15_000;
const RENEW_AGAIN_MS = 10_000;
const START_AGAIN_MS = [5000, 10_000, 20_000];
const START_AGAIN_MAX_MS = 30_000;

const FRESH: Omit<ConversationState, 'phase' | 'connection'> = {
  messages: [],
  outbox: [],
  mode: 'bot',
  queue: null,
  typing: null,
  renewed: false,
  token: null,
};

export class Conversation {
  private state: ConversationState = { ...FRESH, phase: 'starting', connection: 'connecting' };
  private readonly listeners = new Set<() => void>();
  private readonly now: () => number;
  private readonly sender: Sender;
  private readonly link: Link;
  private readonly timers = new Timers<'start' | 'gap' | 'typing'>();
  private credentials: Credentials | null = null;
  /** Everything up to this seq is held. */
  private cursor = 0;
  /** Raised when the conversation changes, so that late answers to the old one are dropped. */
  private generation = 0;
  private failedStarts = 0;
  private renewedAt = -Infinity;
  private syncing: Promise<boolean> | null = null;

  constructor(private readonly around: Surroundings) {
    this.now = around.now ?? Date.now;
    this.sender = new Sender({
      api: around.api,
      credentials: () => (this.state.phase === 'ready' ? this.credentials : null),
      online: () => this.link.isOnline,
      outbox: () => this.state.outbox,
      setOutbox: (box) => this.setOutbox(box),
      delivered: (item, replies) => this.delivered(item, replies),
      sessionLost: () => void this.renew(),
      doubt: () => void this.sync(),
    });
    this.link = new Link(around.openLive, {
      connection: (connection) =>
        this.set(connection === 'online' ? { connection } : { connection, typing: null }),
      catchUp: () => void this.catchUp(),
      message: (message) => this.accept([message]),
      typing: ({ on, role }) => this.setTyping(on ? role : null),
      mode: (mode) => this.set(mode === 'queued' ? { mode } : { mode, queue: null }),
      queue: (queue) => this.set({ queue }),
    });
  }

  readonly getState = (): ConversationState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Resumes the stored conversation or creates one. Safe to call again after a failure. */
  async start(): Promise<void> {
    this.timers.clear('start');
    const stored = this.storedCredentials();
    const generation = ++this.generation;
    this.set({ phase: 'starting', connection: 'connecting' });
    try {
      const who = stored ?? (await this.create(generation));
      if (!who || generation !== this.generation) return;
      const { messages, mode, queue } = await this.around.api.history(who, 0);
      if (generation !== this.generation) return;
      const waiting = this.state.outbox.length > 0 ? this.state.outbox : this.storedOutbox(who);
      this.failedStarts = 0;
      this.cursor = lastSeq(messages);
      this.credentials = who;
      this.set({ messages, mode, queue, token: who.token, phase: 'ready' });
      this.setOutbox(outbox.wake(waiting, this.now()));
      this.link.open(who.token);
      this.sender.run();
    } catch (error) {
      if (generation !== this.generation) return;
      if (stored && error instanceof ApiError && error.sessionLost) {
        await this.renew();
      } else {
        this.startLater(START_AGAIN_MS[this.failedStarts] ?? START_AGAIN_MAX_MS);
        this.failedStarts += 1;
      }
    }
  }

  private startLater(ms: number): void {
    this.set({ phase: 'unreachable' });
    this.timers.set('start', ms, () => void this.start());
  }

  private async create(generation: number): Promise<Credentials | null> {
    const who = await this.around.api.create();
    if (generation !== this.generation) return null;
    this.around.shared.set(SESSION_KEY, JSON.stringify(who));
    return who;
  }

  /** Leaves this conversation for a new one. */
  async restart(): Promise<void> {
    this.leave();
    this.set({ ...FRESH });
    await this.start();
  }

  /** Ends the conversation; the transcript stays on the screen until a new one starts. */
  end(): void {
    this.leave();
    this.showEnd();
  }

  private showEnd(): void {
    this.set({ phase: 'ended', outbox: [], queue: null, mode: 'bot', typing: null });
  }

  private leave(): void {
    if (this.credentials) this.around.api.close(this.credentials);
    this.around.shared.remove(SESSION_KEY);
    this.around.own.remove(OUTBOX_KEY);
    this.detach();
  }

  private detach(): void {
    this.generation += 1;
    this.link.close();
    this.timers.clearAll();
    this.credentials = null;
    this.cursor = 0;
    this.syncing = null;
  }

  /** The token is not good any more: take up the conversation another tab has begun, or begin one. */
  private async renew(): Promise<void> {
    const waiting = outbox.carryOver(this.state.outbox);
    const stored = this.storedCredentials();
    const elsewhere = stored && this.credentials && stored.token !== this.credentials.token;
    if (!elsewhere) this.around.shared.remove(SESSION_KEY);
    this.detach();
    this.set({ ...FRESH, outbox: waiting, renewed: true });
    if (this.now() - this.renewedAt < RENEW_AGAIN_MS) {
      this.startLater(RENEW_AGAIN_MS);
      return;
    }
    this.renewedAt = this.now();
    await this.start();
  }

  /** Another tab has moved to another conversation, or ended this one. */
  storageChanged(): void {
    const stored = this.storedCredentials();
    if (stored?.id === this.credentials?.id || this.state.phase === 'starting') return;
    this.detach();
    if (stored) {
      this.set({ ...FRESH });
      void this.start();
    } else {
      this.showEnd();
    }
  }

  /** The browser says that the network has come or gone. */
  setOnline(online: boolean): void {
    this.link.setOnline(online);
    if (online && this.state.phase === 'unreachable') void this.start();
  }

  /** The page is in front again. */
  refresh(): void {
    this.link.nudge();
  }

  sendText(text: string): void {
    this.enqueue({ kind: 'text', text });
  }

  /** Tells the desk whether an answer was of use; whether it got through. */
  async rate(seq: number, good: boolean): Promise<boolean> {
    if (!this.credentials) return false;
    return this.around.api.rate(this.credentials, seq, good).then(
      () => true,
      () => false,
    );
  }

  /** Does nothing unless the choice belongs to the message that is still open: pressed twice, sent once. */
  sendChoice(seq: number, choice: Choice): void {
    const { messages, outbox: box, mode } = this.state;
    if (!activeChoices(messages, box, mode).includes(seq)) return;
    this.enqueue({ kind: 'choice', text: choice.title, choice: choice.id });
  }

  sendPicture(file: File, preview: string): void {
    this.enqueue({ kind: 'picture', text: '', file, preview, progress: 0 });
  }

  retry(clientId: string): void {
    this.setOutbox(outbox.retry(this.state.outbox, clientId));
    this.sender.run();
  }

  remove(clientId: string): void {
    this.setOutbox(outbox.without(this.state.outbox, clientId));
  }

  private enqueue(what: Parameters<typeof outbox.outgoing>[2]): void {
    if (this.state.phase === 'ended') return;
    this.setOutbox([...this.state.outbox, outbox.outgoing(newId(), this.now(), what)]);
    this.sender.run();
  }

  private delivered(item: Outgoing, replies: Message[]): void {
    const first = replies.length > 0 ? { before: Math.min(...replies.map(({ seq }) => seq)) } : {};
    this.setOutbox(outbox.update(this.state.outbox, item.clientId, { state: 'sent', ...first }));
    this.accept(replies);
  }

  private accept(incoming: Message[]): void {
    const messages = mergeMessages(this.state.messages, incoming);
    this.cursor = completeUpTo(messages, this.cursor);
    const spoke = incoming.some(({ role }) => role === 'bot' || role === 'agent');
    this.set({ messages, ...(spoke ? { typing: null } : {}) });
    this.setOutbox(this.state.outbox);
    this.lookForGap();
  }

  /** What is missing usually comes over the socket in a moment; if it does not, it is fetched. */
  private lookForGap(): void {
    const missing = (): boolean =>
      hasGap(this.state.messages, this.cursor) ||
      this.state.outbox.some(({ state }) => state === 'sent');
    if (!missing()) return;
    const wait = this.state.connection === 'online' ? GAP_MS : 0;
    this.timers.set('gap', wait, () => void (missing() && this.sync()));
  }

  /** Fetches what is missing; false when the desk could not be reached. */
  private sync(): Promise<boolean> {
    this.syncing ??= this.fetchMissing().finally(() => (this.syncing = null));
    return this.syncing;
  }

  private async fetchMissing(): Promise<boolean> {
    const who = this.credentials;
    const generation = this.generation;
    if (!who) return false;
    const held = lastSeq(this.state.messages);
    const answered = this.state.outbox.filter(({ state }) => state === 'sent');
    try {
      const { messages, mode, queue } = await this.around.api.history(who, this.cursor);
      if (generation !== this.generation) return false;
      this.cursor = Math.max(this.cursor, held, lastSeq(messages));
      this.set({ mode, queue });
      // What was answered before the question was asked is in the transcript by now.
      this.setOutbox(this.state.outbox.filter((item) => !answered.includes(item)));
      this.accept(messages);
      return true;
    } catch (error) {
      if (generation === this.generation && error instanceof ApiError && error.sessionLost) {
        await this.renew();
      }
      return false;
    }
  }

  private async catchUp(): Promise<void> {
    if (!(await this.sync())) return;
    this.setOutbox(outbox.wake(this.state.outbox, this.now()));
    this.sender.run();
  }

  private setTyping(role: Role | null): void {
    this.set({ typing: role });
    if (role) this.timers.set('typing', TYPING_MS, () => this.set({ typing: null }));
    else this.timers.clear('typing');
  }

  private storedCredentials(): Credentials | null {
    return readCredentials(readJson(this.around.shared, SESSION_KEY));
  }

  private storedOutbox(who: Credentials): Outgoing[] {
    const stored = readJson(this.around.own, OUTBOX_KEY) as { id?: unknown; items?: unknown } | null;
    return stored?.id === who.id ? outbox.fromStored(stored.items) : [];
  }

  private setOutbox(wanted: Outgoing[]): void {
    const box = outbox.settle(wanted, this.state.messages);
    if (box === this.state.outbox) return;
    this.set({ outbox: box });
    const id = this.credentials?.id;
    if (!id) return;
    this.around.own.set(OUTBOX_KEY, JSON.stringify({ id, items: outbox.toStored(box) }));
  }

  private set(change: Partial<ConversationState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
