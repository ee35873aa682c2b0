/** Calls of the staff APIs: the session's proof goes along, and a lost session is told once. */
import { ApiError, requestJson, type RequestOptions } from '../shared/http';

export class Client {
  private csrf = '';
  /** Set by the page: the desk does not know us any more. */
  onLost: () => void = () => undefined;

  constructor(private readonly origin = '') {}

  get proof(): string {
    return this.csrf;
  }

  keep(csrf: string): void {
    this.csrf = csrf;
  }

  async call(url: string, options: RequestOptions = {}): Promise<unknown> {
    try {
      return await requestJson(`${this.origin}${url}`, { ...options, csrf: this.csrf });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && !url.endsWith('/login')) this.onLost();
      throw error;
    }
  }

  get = (url: string, background = false): Promise<unknown> => this.call(url, { background });
  post = (url: string, body: unknown = {}): Promise<unknown> => this.call(url, { method: 'POST', body });
  put = (url: string, body: unknown): Promise<unknown> => this.call(url, { method: 'PUT', body });
  patch = (url: string, body: unknown): Promise<unknown> => this.call(url, { method: 'PATCH', body });
  remove = (url: string): Promise<unknown> => this.call(url, { method: 'DELETE' });
}

/** ?a=1&b=2 of what is not empty. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}
