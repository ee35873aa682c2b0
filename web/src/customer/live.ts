/** The socket: what the desk says without being asked. */
import { io } from 'socket.io-client';

export interface LiveHandlers {
  connected(): void;
  disconnected(): void;
  /** The desk will not talk to this token; the socket does not try again by itself. */
  refused(): void;
  message(value: unknown): void;
  typing(value: unknown): void;
  mode(value: unknown): void;
  queue(value: unknown): void;
}

export interface Live {
  connect(): void;
  pause(): void;
  close(): void;
}

export type OpenLive = (token: string, handlers: LiveHandlers) => Live;

export const openLive =
  (origin = ''): OpenLive =>
  (token, handlers) => {
    const socket = io(`${origin}/chat`, {
      path: '/socket.io',
      auth: { token },
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
    socket.on('message', (value: unknown) => handlers.message(value));
    socket.on('typing', (value: unknown) => handlers.typing(value));
    socket.on('mode', (value: unknown) => handlers.mode(value));
    socket.on('queue', (value: unknown) => handlers.queue(value));
    return {
      connect: () => void socket.connect(),
      pause: () => void socket.disconnect(),
      close: () => {
        socket.removeAllListeners();
        socket.disconnect();
      },
    };
  };
