interface MockConversation {
  id: string;
  token: string;
  messages: { seq: number; role: string; text: string; client_id?: string }[];
  ratings: { seq: number; good: boolean }[];
  delay: number;
}
interface MockChat {
  card: { handover: number };
  corrections?: { seq: number; intent: string | null }[];
  messages: { seq: number; role: string; text: string; client_id?: string }[];
}
export interface Mock {
  staff: {
    chats: Map<number, MockChat>;
    knowledge: { emptyInbox(): void };
    say(chat: MockChat, message: object): { seq: number };
    cut(): void;
  };
  conversations: Map<string, MockConversation>;
  say(one: MockConversation, message: object): { seq: number };
  setMode(one: MockConversation, mode: string, queue?: object | null): void;
  listen(port: number): Promise<number>;
  close(): Promise<void>;
  cut(): void;
}
export function createMock(): Mock;
