/** The staff socket: what the desk says without being asked. */
import { io } from 'socket.io-client';

export interface LiveHandlers {
  connected(): void;
  disconnected(): void;
  /** The desk refuses this session; the socket does not try again by itself. */
  refused(): void;
  event(name: LiveEvent, value: unknown): void;
}

const EVENTS = ['message', 'note', 'chats', 'offer', 'queue', 'presence', 'read', 'proposal'] as const;
export type LiveEvent = (typeof EVENTS)[number];

export interface Live {
  connect(): void;
  close(): void;
  emit(name: 'typing' | 'unwatch', handover: string, more?: object): void;
  /** Hears a chat from now on; `heard` is called when the desk has said yes. */
  watch(handover: string, heard: () => void): void;
}

export type OpenLive = (csrf: string, handlers: LiveHandlers) => Live;

export const openLive =
  (origin = ''): OpenLive =>
  (csrf, handlers) => {
    const socket = io(`${origin}/agent`, {
      path: '/socket.io',
      auth: { csrf },
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 800,
      reconnectionDelayMax: 8000,
      timeout: 8000,
    });
    socket.on('connect', () => handlers.connected());
    socket.on('disconnect', (reason) => {
      handlers.disconnected();
      if (reason === 'io server disconnect') handlers.refused();
    });
    socket.on('connect_error', () => {
      handlers.disconnected();
      if (!socket.active) handlers.refused();
    });
    for (const name of EVENTS) socket.on(name, (value: unknown) => handlers.event(name, value));
    return {
      connect: () => void socket.connect(),
      close: () => {
        socket.removeAllListeners();
        socket.disconnect();
      },
      // What is lost while the socket is down matters to nobody: watching begins again at the next connection.
      emit: (name, handover, more) => {
        if (socket.connected) socket.emit(name, { handover: Number(handover), ...more });
      },
      watch: (handover, heard) => {
        if (socket.connected) socket.emit('watch', { handover: Number(handover) }, heard);
      },
    };
  };
