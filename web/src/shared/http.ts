/** JSON over fetch with a deadline, and one error type for everything that can go wrong. */

export type FailureKind = 'network' | 'timeout' | 'http';

export class ApiError extends Error {
  readonly kind: FailureKind;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  /** The sentence that the server wrote for the customer, if it did. */
  readonly sentence: string | null;
  /** All that the server said with it. */
  readonly body: unknown;

  constructor(kind: FailureKind, status = 0, code = '', sentence: string | null = null, body: unknown = null) {
    super(sentence ?? `${kind} ${status}`);
    this.name = 'ApiError';
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.sentence = sentence;
    this.body = body;
  }

  /** Sending the same thing again may succeed. */
  get retryable(): boolean {
    return this.kind !== 'http' || this.status >= 500 || this.status === 429 || this.status === 408;
  }

  /** The conversation is not ours any more: the token expired, or the desk does not know it. */
  get sessionLost(): boolean {
    return this.status === 401 || this.status === 403 || this.status === 404;
  }
}

/** Whether the same may succeed when it is asked again. */
export const mayPass = (failure: unknown): boolean => !(failure instanceof ApiError) || failure.retryable;

/** Reads {error: {code, message}} out of an error body. */
export function httpError(status: number, body: unknown): ApiError {
  const error = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  const code = typeof error?.code === 'string' ? error.code : '';
  const sentence = typeof error?.message === 'string' && error.message ? error.message : null;
  return new ApiError('http', status, code, sentence, body);
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  token?: string;
  /** The staff session's own proof beside its cookie. */
  csrf?: string;
  /** A form goes as it is; anything else as JSON. */
  body?: unknown;
  timeoutMs?: number;
  /** The page asks by itself: it does not count as use of the login. */
  background?: boolean;
}

export async function requestJson(url: string, options: RequestOptions = {}): Promise<unknown> {
  const { method = 'GET', token, csrf, body, background, timeoutMs = 12_000 } = options;
  const form = body instanceof FormData;
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (csrf) headers['X-CSRF-Token'] = csrf;
  if (background) headers['X-Background'] = '1';
  if (body !== undefined && !form) headers['Content-Type'] = 'application/json';
  const init: RequestInit = { method, headers, cache: 'no-store' };
  if (body !== undefined) init.body = form ? body : JSON.stringify(body);

  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  init.signal = deadline.signal;
  try {
    const response = await fetch(url, init);
    const answer: unknown = await response.json().catch((error: unknown) => {
      if (deadline.signal.aborted) throw error;
      return null;
    });
    if (!response.ok) throw httpError(response.status, answer);
    return answer;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(deadline.signal.aborted ? 'timeout' : 'network');
  } finally {
    clearTimeout(timer);
  }
}
