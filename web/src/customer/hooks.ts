/** Small React hooks of the customer page. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { PageTexts } from '../shared/contract';
import { browserStore } from '../shared/storage';
import { demoApi, pageTexts } from './api';
import type { Conversation, ConversationState } from './conversation';
import { FALLBACK_PAGE } from './texts';

export const useConversation = (conversation: Conversation): ConversationState =>
  useSyncExternalStore(conversation.subscribe, conversation.getState);

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const read = (): void => setMatches(media.matches);
    read();
    media.addEventListener('change', read);
    return () => media.removeEventListener('change', read);
  }, [query]);
  return matches;
}

/** True once the value has been true for a while: short hiccups stay unseen. */
export function useLasting(value: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!value) {
      setLasting(false);
      return;
    }
    const timer = setTimeout(() => setLasting(true), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return value && lasting;
}

/** The present, renewed each minute, so that 今天 becomes 昨天. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const settings = browserStore('localStorage');

/** A yes-or-no setting that this browser remembers. */
export function useSetting(key: string, initial: boolean): [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(() => {
    const stored = settings.get(key);
    return stored === null ? initial : stored === 'yes';
  });
  return [
    value,
    (next) => {
      settings.set(key, next ? 'yes' : 'no');
      setValue(next);
    },
  ];
}

const showSize = (large: boolean): void => {
  document.documentElement.dataset.size = large ? 'large' : 'normal';
};

/** 大字版. The page changes before anything is measured again. */
export function useLargeType(): [boolean, (large: boolean) => void] {
  const [large, remember] = useSetting('wanhao.large', false);
  useState(() => showSize(large));
  return [
    large,
    (next) => {
      showSize(next);
      remember(next);
    },
  ];
}

/** The height that the on-screen keyboard leaves; iOS does not tell CSS. */
export function useVisibleHeight(): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const fit = (): void => {
      if (viewport.scale > 1.05) return;
      document.documentElement.style.setProperty('--visible-height', `${viewport.height}px`);
      window.scrollTo(0, 0);
    };
    fit();
    viewport.addEventListener('resize', fit);
    return () => viewport.removeEventListener('resize', fit);
  }, []);
}

export function usePageTexts(): PageTexts {
  const [texts, setTexts] = useState(FALLBACK_PAGE);
  useEffect(() => {
    pageTexts().then(setTexts, () => undefined);
  }, []);
  return texts;
}

/** Whether this is a demonstration; asked again once the desk can be reached. */
export function useDemo(reachable: boolean): boolean {
  const [demo, setDemo] = useState(false);
  useEffect(() => {
    if (reachable && !demo) demoApi.enabled().then(setDemo, () => undefined);
  }, [reachable, demo]);
  return demo;
}
