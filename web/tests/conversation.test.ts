/** A conversation against the mock desk, over real HTTP and a real socket. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMock, type Mock } from '../dev/mock-server.mjs';
import { chatApi, type ChatApi } from '../src/customer/api';
import { Conversation, SESSION_KEY } from '../src/customer/conversation';
import { openLive } from '../src/customer/live';
import { ApiError, httpError } from '../src/shared/http';
import { memoryStore } from '../src/shared/storage';

let mock: Mock;
let origin: string;
let api: ChatApi;
let open: Conversation[];

beforeEach(async () => {
  mock = createMock();
  origin = `http://127.0.0.1:${await mock.listen(0)}`;
  api = chatApi(origin);
  open = [];
});
afterEach(async () => {
  for (const conversation of open) conversation.end();
  await mock.close();
});

function customer(stores = { shared: memoryStore(), own: memoryStore() }) {
  const conversation = new Conversation({ api, openLive: openLive(origin), ...stores });
  open.push(conversation);
  const texts = (): string[] => conversation.getState().messages.map(({ role, text }) => `${role}: ${text}`);
  return { conversation, texts, stores, state: conversation.getState };
}
const theirs = () => {
  const one = [...mock.conversations.values()].at(-1);
  if (!one) throw new Error('no conversation yet');
  one.delay = 10;
  return one;
};
const until = (condition: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 8000, interval: 20 });
async function online(one = customer()) {
  await one.conversation.start();
  await until(() => one.state().connection === 'online');
  return one;
}

describe('a conversation', () => {
  it('asks, is answered, and shows everything once', async () => {
    const { conversation, state, texts } = await online();
    theirs();
    conversation.sendText('查余额');
    expect(state().outbox).toHaveLength(1);
    await until(() => state().messages.length === 2 && state().outbox.length === 0);
    expect(texts()).toEqual(['customer: 查余额', 'bot: 您的话费余额如下：']);
    expect(state().messages[1]?.card).toMatchObject({ kind: 'balance', amount: '¥56.20' });
  });

  it('tells whether an answer was of use, and whether that got through', async () => {
    const { conversation, state } = await online();
    theirs();
    expect(await customer().conversation.rate(2, true)).toBe(false);
    conversation.sendText('查余额');
    await until(() => state().messages.length === 2 && state().outbox.length === 0);

    expect(await conversation.rate(2, false)).toBe(true);

    expect(theirs().ratings).toEqual([{ seq: 2, good: false }]);
  });

  it('sends a choice once, however often it is pressed', async () => {
    const { conversation, state } = await online();
    theirs();
    conversation.sendText('查余额');
    await until(() => state().messages.length === 2 && state().outbox.length === 0);
    const { seq, choices } = state().messages[1] ?? { seq: 0, choices: [] };
    const choice = choices[0] ?? { id: '', title: '' };
    conversation.sendChoice(seq, choice);
    conversation.sendChoice(seq, choice);
    await until(() => state().messages.length === 4 && state().outbox.length === 0);
    conversation.sendChoice(seq, choice);
    expect(state().outbox).toEqual([]);
    expect(theirs().messages.filter(({ text }) => text === choice.title)).toHaveLength(1);
  });

  it('resumes after a reload', async () => {
    const first = await online();
    theirs();
    first.conversation.sendText('积分');
    await until(() => first.state().messages.length === 2 && first.state().outbox.length === 0);
    const second = await online(customer(first.stores));
    expect(second.texts()).toEqual(first.texts());
    expect(mock.conversations.size).toBe(1);
  });

  it('shows in one tab what is said in the other', async () => {
    const first = await online();
    const second = await online(customer({ ...first.stores, own: memoryStore() }));
    theirs();
    first.conversation.sendText('积分');
    await until(() => second.state().messages.length === 2);
    expect(second.texts()).toEqual(['customer: 积分', 'bot: 您的积分情况：']);
  });

  it('catches up with what was said while the line was cut', async () => {
    const { state, texts } = await online();
    mock.cut();
    await until(() => state().connection === 'reconnecting');
    mock.say(theirs(), { role: 'agent', text: '您好' });
    await until(() => state().messages.length === 1);
    expect(texts()).toEqual(['agent: 您好']);
    await until(() => state().connection === 'online');
  }, 15_000);

  it('follows the mode and the queue', async () => {
    const { conversation, state } = await online();
    theirs();
    conversation.sendText('转人工');
    await until(() => state().mode === 'queued' && state().queue?.position === 2);
    mock.setMode(theirs(), 'human');
    await until(() => state().mode === 'human' && state().queue === null);
  });

  it('retries under one client id when the network fails, and does nothing twice', async () => {
    const ids: string[] = [];
    const real = api;
    api = {
      ...real,
      sendWords: async (who, words) => {
        ids.push(words.client_id);
        const answer = await real.sendWords(who, words);
        if (ids.length === 1) throw new ApiError('network'); // The answer is lost on its way back.
        return answer;
      },
    };
    const { conversation, state, texts } = await online();
    theirs();
    conversation.sendText('积分');
    await until(() => ids.length === 2 && state().outbox.length === 0);
    expect(new Set(ids).size).toBe(1);
    expect(texts()).toEqual(['customer: 积分', 'bot: 您的积分情况：']);
  });

  it('keeps what cannot be delivered, and delivers it when the network is back', async () => {
    const real = api;
    let down = true;
    const lost = async (): Promise<never> => Promise.reject(new ApiError('network'));
    api = { ...real, sendWords: (who, words) => (down ? lost() : real.sendWords(who, words)) };
    const { conversation, state, texts } = await online();
    theirs();
    conversation.setOnline(false);
    conversation.sendText('积分');
    await until(() => state().outbox[0]?.state === 'failed');
    expect(state().connection).toBe('offline');
    down = false;
    conversation.setOnline(true);
    await until(() => state().messages.length === 2 && state().outbox.length === 0);
    expect(texts()).toEqual(['customer: 积分', 'bot: 您的积分情况：']);
  });

  it("shows the desk's sentence when it refuses", async () => {
    const { conversation, state } = await online();
    theirs();
    conversation.sendText('字'.repeat(1001));
    await until(() => state().outbox[0]?.state === 'failed');
    expect(state().outbox[0]).toMatchObject({
      reason: '内容太长了，请控制在1000字以内',
      retryable: false,
    });
    conversation.sendText('太快');
    await until(() => state().outbox[1]?.state === 'failed');
    expect(state().outbox[1]).toMatchObject({ reason: '您发送得太快了，请稍等几秒再试', retryable: true });
  });

  it('starts anew when the token has expired, and takes the unsent sentence along', async () => {
    const { conversation, state, texts, stores } = await online();
    const old = theirs();
    mock.conversations.delete(old.id);
    conversation.sendText('积分');
    await until(() => state().messages.length === 2 && state().outbox.length === 0);
    expect(state().renewed).toBe(true);
    expect(texts()).toEqual(['customer: 积分', 'bot: 您的积分情况：']);
    expect(stores.shared.get(SESSION_KEY)).not.toContain(old.id);
  });

  it('does not run in circles when every token is refused', async () => {
    const create = vi.spyOn(api, 'create');
    api.history = async () => Promise.reject(httpError(401, null));
    const { conversation, state } = customer();
    await conversation.start();
    expect(state().phase).toBe('unreachable');
    expect(create.mock.calls.length).toBeLessThanOrEqual(2);
  });

  it('says that the desk is unreachable, and starts when asked again', async () => {
    const real = api.create;
    api.create = async () => Promise.reject(new ApiError('network'));
    const { conversation, state } = customer();
    await conversation.start();
    expect(state().phase).toBe('unreachable');
    api.create = real;
    await conversation.start();
    expect(state().phase).toBe('ready');
  });

  it('ends in every tab, and a new one is followed', async () => {
    const first = await online();
    const second = await online(customer({ ...first.stores, own: memoryStore() }));
    first.conversation.end();
    second.conversation.storageChanged();
    expect([first.state().phase, second.state().phase]).toEqual(['ended', 'ended']);
    await first.conversation.restart();
    second.conversation.storageChanged();
    await until(() => second.state().phase === 'ready');
    expect(second.state().token).toBe(first.state().token);
  });
});
