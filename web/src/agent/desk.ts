/** The agent's desk in the browser: queue, own chats, what is on its way; kept in step with the server. */
import { ApiError } from '../shared/http';
import { isObject, words } from '../shared/read';
import { Timers } from '../shared/timers';
import { lastSeq } from '../shared/transcript';
import type { AgentApi, WrapUp } from './api';
import {
  readNote,
  readPresence,
  readStaffMessage,
  type Chat,
  type ChatCard,
  type DeskView,
  type PresenceState,
  type StaffMessage,
} from './contract';
import { readProposal, type Canned, type Proposal } from './contractCustomer';
import type { Keep } from './keep';
import type { Live, LiveEvent, OpenLive } from './live';
import {
  cardAfter,
  emptyRoom,
  mergeNotes,
  misses,
  withChat,
  withMessage,
  withNews,
  withProposal,
  type Room,
} from './rooms';
import { problem } from './problem';
import { Sender } from './sender';
import { inOrder } from './waits';

export type Connection = 'connecting' | 'online' | 'reconnecting';

export interface DeskState {
  /** null until the desk has answered once. */
  view: DeskView | null;
  error: string | null;
  /** When `view` came, by this computer's clock: waits are told in seconds. */
  fetchedAt: number;
  connection: Connection;
  open: string | null;
  rooms: Record<string, Room>;
  canned: Canned[];
}

export interface DeskHost {
  openLive: OpenLive;
  csrf(): string;
  keep: Keep;
  /** A chat is offered, or a customer writes where nobody is looking. */
  ring(what: 'offer' | 'line'): void;
  /** Whether the page is in front. */
  looking(): boolean;
}

const POLL_ONLINE_MS = 45_000;
const POLL_DOWN_MS = 4_000;
const SOON_MS = 150;
const READ_MS = 400;
const TYPING_MS = 3_000;

export class Desk {
  private state: DeskState = {
    view: null,
    error: null,
    fetchedAt: 0,
    connection: 'connecting',
    open: null,
    rooms: {},
    canned: [],
  };
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Timers<string>();
  private live: Live | null = null;
  private refreshing = false;
  private again = false;
  private typingAt = 0;
  private readonly sender: Sender;
  private readonly rung = new Set<string>();
  private readonly watched = new Set<string>();

  constructor(
    private readonly api: AgentApi,
    private readonly host: DeskHost,
  ) {
    this.sender = new Sender(api, host.keep, {
      rooms: () => this.state.rooms,
      setRoom: (handover, room) => this.setRoom(handover, room),
      sent: (handover, message) => this.gotMessage(handover, message),
    });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getState = (): DeskState => this.state;

  start(): void {
    this.sender.restore();
    this.connect();
    void this.refresh();
    this.loadCanned();
  }

  stop(): void {
    this.timers.clearAll();
    this.live?.close();
    this.live = null;
  }

  /** A new session: the socket needs its proof, and everything may have moved on. */
  resume(): void {
    this.live?.close();
    this.connect();
    void this.catchUp();
    if (this.state.canned.length === 0) this.loadCanned();
  }

  // --- what the desk shows -------------------------------------------------------------------

  refresh = async (): Promise<void> => {
    if (this.refreshing) {
      this.again = true;
      return;
    }
    this.refreshing = true;
    try {
      this.applyView(await this.api.desk());
    } catch (error) {
      this.set({ error: problem(error) });
    } finally {
      this.refreshing = false;
    }
    this.timers.set('poll', this.state.connection === 'online' ? POLL_ONLINE_MS : POLL_DOWN_MS, () => {
      void this.catchUp();
    });
    if (this.again) {
      this.again = false;
      this.soon();
    }
  };

  select(handover: string | null): void {
    if (this.state.open !== handover) this.set({ open: handover });
    if (!handover) return;
    // What was watched or read before it became one's own is fetched anew: now it may be written in.
    if (this.state.rooms[handover]?.chat?.writable) void this.news(handover);
    else void this.load(handover);
    this.markRead(handover);
  }

  /** Fetches a chat with all it holds; also one that is not the agent's own (to read, or to watch). */
  load = async (handover: string): Promise<void> => {
    const room = this.room(handover);
    this.setRoom(handover, { ...room, status: room.chat ? 'ready' : 'loading', error: null });
    try {
      this.gotChat(handover, await this.api.chat(handover));
    } catch (error) {
      const held = this.room(handover);
      this.setRoom(handover, { ...held, status: held.chat ? 'ready' : 'failed', error: problem(error) });
    }
  };

  watch(handover: string): void {
    this.watched.add(handover);
    // Read again once the desk passes new lines on: what was said in between would be missing.
    this.live?.watch(handover, () => void this.load(handover));
    void this.load(handover);
  }

  unwatch(handover: string): void {
    this.watched.delete(handover);
    this.live?.emit('unwatch', handover);
  }

  // --- deeds ---------------------------------------------------------------------------------

  async setPresence(state: PresenceState): Promise<void> {
    const presence = await this.act(this.api.presence(state));
    if (this.state.view) this.set({ view: { ...this.state.view, presence } });
  }

  async accept(handover: string): Promise<void> {
    this.take(handover, await this.act(this.api.accept(handover)));
  }

  async takeWaiting(handover: string): Promise<void> {
    this.take(handover, await this.act(this.api.take(handover)));
  }

  async decline(handover: string): Promise<void> {
    await this.act(this.api.decline(handover));
    this.drop(handover);
  }

  async close(handover: string, wrapUp: WrapUp): Promise<void> {
    await this.act(this.api.close(handover, wrapUp));
    this.drop(handover);
  }

  async transfer(
    handover: string,
    to: { staff: string | null; group: string | null },
    note: string,
  ): Promise<void> {
    await this.act(this.api.transfer(handover, to, note));
    this.drop(handover);
  }

  // --- talking -------------------------------------------------------------------------------

  say(handover: string, text: string, file: File | null = null): void {
    this.sender.say(handover, text, file);
    this.stopTyping(handover);
  }

  retry = (handover: string, clientId: string): void => this.sender.retry(handover, clientId);

  /** What stood behind a line that is taken back may go now. */
  takeBack(handover: string, clientId: string): void {
    this.sender.takeBack(handover, clientId);
    void this.sender.pump(handover);
  }

  /** Called at each key: the customer is told now and then, and once when it stops. */
  typing(handover: string): void {
    const now = Date.now();
    if (now - this.typingAt > TYPING_MS) {
      this.typingAt = now;
      this.live?.emit('typing', handover, { on: true });
    }
    this.timers.set('typing', TYPING_MS + 1_000, () => this.stopTyping(handover));
  }

  async loadProposals(handover: string): Promise<void> {
    const proposals = await this.api.proposals(handover);
    this.setRoom(handover, { ...this.room(handover), proposals });
  }

  gotProposal(handover: string, proposal: Proposal): void {
    this.setRoom(handover, withProposal(this.room(handover), proposal));
  }

  /** Something that canned replies of this chat may tell. */
  note(handover: string, facts: Record<string, string>): void {
    const room = this.room(handover);
    this.setRoom(handover, { ...room, facts: { ...room.facts, ...facts } });
  }

  async suggest(handover: string): Promise<void> {
    const suggestions = await this.api.suggestions(handover).catch(() => []);
    this.setRoom(handover, { ...this.room(handover), suggestions });
  }

  /** The page is in front again, or the network has come back. */
  catchUp = async (): Promise<void> => {
    if (this.state.connection !== 'online') this.live?.connect();
    const held = Object.entries(this.state.rooms).filter(
      ([handover, room]) => room.chat && (!room.gone || this.watched.has(handover)),
    );
    await Promise.all([this.refresh(), ...held.map(([handover]) => this.news(handover))]);
    for (const handover of Object.keys(this.state.rooms)) this.sender.resend(handover);
    if (this.state.open) this.markRead(this.state.open);
  };

  // --- inside --------------------------------------------------------------------------------

  private connect(): void {
    this.live = this.host.openLive(this.host.csrf(), {
      connected: () => {
        this.set({ connection: 'online' });
        for (const handover of this.watched) this.live?.watch(handover, () => void this.load(handover));
        void this.catchUp();
      },
      disconnected: () => {
        if (this.state.connection !== 'reconnecting') this.set({ connection: 'reconnecting' });
        this.timers.set('poll', POLL_DOWN_MS, () => void this.catchUp());
      },
      // Asking over HTTP tells whether the session is lost; if not, the poll connects again.
      refused: () => void this.refresh(),
      event: (name, value) => this.heard(name, isObject(value) ? value : {}),
    });
  }

  private heard(name: LiveEvent, value: Record<string, unknown>): void {
    const handover = words(value.handover);
    if (name === 'message') this.gotMessage(handover, readStaffMessage(value.message));
    else if (name === 'presence' && this.state.view)
      this.set({ view: { ...this.state.view, presence: readPresence(value) } });
    else if (name === 'note') this.gotNote(handover, value.note);
    else if (name === 'proposal') this.gotProposal(handover, readProposal(value.proposal));
    else if (name === 'read') this.changeCard(handover, (card) => ({ ...card, unread: 0 }));
    else this.soon();
  }

  private soon(): void {
    if (!this.timers.runs('soon')) this.timers.set('soon', SOON_MS, () => void this.refresh());
  }

  private applyView(view: DeskView): void {
    const chats = inOrder(view.chats);
    const own = new Set(chats.map((card) => card.handover));
    const rooms = { ...this.state.rooms };
    for (const [handover, room] of Object.entries(rooms)) {
      const gone = !own.has(handover);
      if (room.chat && room.gone !== gone) rooms[handover] = { ...room, gone };
    }
    const open = this.state.open;
    const seen = chats.map((card) => (card.handover === open && this.host.looking() ? { ...card, unread: 0 } : card));
    this.set({ view: { ...view, chats: seen }, error: null, fetchedAt: Date.now(), rooms });
    for (const card of chats) {
      if (card.state === 'offered' && !this.rung.has(card.handover)) this.host.ring('offer');
      if (card.state === 'offered') this.rung.add(card.handover);
      else this.rung.delete(card.handover);
    }
    // A chat that was given while nobody had one open is opened: no click is needed to begin.
    const first = chats.find((card) => card.state === 'active');
    if (!open && first) this.select(first.handover);
    const held = open ? rooms[open] : null;
    if (open && held?.chat && held.gone === held.chat.writable) void this.load(open);
  }

  private take(handover: string, chat: Chat): void {
    this.gotChat(handover, chat);
    this.changeCard(handover, () => chat.card);
    this.select(handover);
    void this.refresh();
  }

  /** The chat is not ours any more, by our own doing. */
  private drop(handover: string): void {
    const view = this.state.view;
    const left = view?.chats.filter((card) => card.handover !== handover) ?? [];
    const rooms = { ...this.state.rooms };
    delete rooms[handover];
    const next = left.find((card) => card.state === 'active')?.handover ?? null;
    const open = this.state.open === handover ? next : this.state.open;
    this.set({ view: view && { ...view, chats: left }, rooms, open });
    this.host.keep.keepDraft(handover, '');
    this.sender.keepUnsent();
    if (open) this.select(open);
    void this.refresh();
  }

  private gotChat(handover: string, chat: Chat): void {
    const before = this.room(handover);
    this.setRoom(handover, { ...withChat(before, chat), gone: !this.isOwn(handover) && !chat.writable });
    void this.sender.pump(handover);
    if (handover === this.state.open) this.markRead(handover);
    if (chat.writable) void this.suggest(handover);
  }

  private async news(handover: string): Promise<void> {
    try {
      const news = await this.api.news(handover, this.room(handover).cursor);
      const said = news.messages.some((message) => message.role === 'customer');
      this.setRoom(handover, withNews(this.room(handover), news));
      if (said && handover === this.state.open) void this.suggest(handover);
    } catch {
      // The next poll or the next connection asks again.
    }
  }

  private gotMessage(handover: string, message: StaffMessage | null): void {
    if (!message) return;
    const room = this.state.rooms[handover];
    const known = room?.chat?.messages.some(({ seq }) => seq === message.seq) ?? false;
    const seen = handover === this.state.open && this.host.looking();
    if (room?.chat) this.setRoom(handover, withMessage(room, message));
    if (known) return;
    this.changeCard(handover, (card) => cardAfter(card, message, seen));
    if (room?.chat && misses(this.room(handover))) void this.news(handover);
    if (message.role !== 'customer' || !this.isOwn(handover)) return;
    if (seen) this.markRead(handover);
    else this.host.ring('line');
    if (handover === this.state.open) void this.suggest(handover);
  }

  private gotNote(handover: string, value: unknown): void {
    const room = this.state.rooms[handover];
    if (!room?.chat) return;
    const notes = mergeNotes(room.chat.notes, [readNote(value)]);
    this.setRoom(handover, { ...room, chat: { ...room.chat, notes } });
    if (handover !== this.state.open || !this.host.looking()) this.host.ring('line');
  }

  private markRead(handover: string): void {
    this.changeCard(handover, (card) => (card.unread ? { ...card, unread: 0 } : card));
    this.timers.set(`read.${handover}`, READ_MS, () => {
      const seq = lastSeq(this.state.rooms[handover]?.chat?.messages ?? []);
      if (seq && this.isOwn(handover) && this.host.looking()) void this.api.read(handover, seq).catch(() => undefined);
    });
  }

  private stopTyping(handover: string): void {
    this.timers.clear('typing');
    if (!this.typingAt) return;
    this.typingAt = 0;
    this.live?.emit('typing', handover, { on: false });
  }

  private loadCanned(): void {
    this.api.canned().then(
      (canned) => this.set({ canned }),
      () => undefined,
    );
  }

  /** A deed that fails because the state has changed shows the new state, too. */
  private async act<T>(deed: Promise<T>): Promise<T> {
    try {
      return await deed;
    } catch (error) {
      if (error instanceof ApiError && (error.status === 409 || error.status === 404)) void this.refresh();
      throw error;
    }
  }

  private isOwn(handover: string): boolean {
    return this.state.view?.chats.some((card) => card.handover === handover) ?? false;
  }

  private changeCard(handover: string, change: (card: ChatCard) => ChatCard): void {
    const view = this.state.view;
    if (!view) return;
    const chats = view.chats.map((card) => (card.handover === handover ? change(card) : card));
    if (chats.some((card, place) => card !== view.chats[place])) this.set({ view: { ...view, chats } });
  }

  private room(handover: string): Room {
    return this.state.rooms[handover] ?? emptyRoom();
  }

  private setRoom(handover: string, room: Room): void {
    const before = this.state.rooms[handover];
    this.set({ rooms: { ...this.state.rooms, [handover]: room } });
    if (before?.outbox !== room.outbox) this.sender.keepUnsent();
  }

  private set(change: Partial<DeskState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
