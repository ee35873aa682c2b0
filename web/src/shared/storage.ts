/** Browser storage that never throws: private windows and full disks fall back to memory. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

export function memoryStore(): Store {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  };
}

export function browserStore(kind: 'localStorage' | 'sessionStorage'): Store {
  const memory = memoryStore();
  const attempt = <T>(use: (area: Storage) => T, otherwise: T): T => {
    try {
      return use(window[kind]);
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => attempt((area) => area.getItem(key), null) ?? memory.get(key),
    set: (key, value) => {
      memory.set(key, value);
      attempt((area) => area.setItem(key, value), undefined);
    },
    remove: (key) => {
      memory.remove(key);
      attempt((area) => area.removeItem(key), undefined);
    },
  };
}

export function readJson(store: Store, key: string): unknown {
  try {
    return JSON.parse(store.get(key) ?? 'null');
  } catch {
    return null;
  }
}
