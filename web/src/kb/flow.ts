/** Values as the content files write them on one line: {lines: [mobile], fee: {least: 1900}}. Pure. */
import { isObject } from '../shared/read';

const PLAIN = /^[\p{L}_][\p{L}\p{N}_./+-]*$/u;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const WORDS: Record<string, unknown> = { true: true, false: false, null: null };

export function writeFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeFlow).join(', ')}]`;
  if (isObject(value)) {
    const fields = Object.entries(value).map(([name, one]) => `${writeFlow(name)}: ${writeFlow(one)}`);
    return `{${fields.join(', ')}}`;
  }
  if (typeof value !== 'string') return String(value ?? null);
  return PLAIN.test(value) && !(value in WORDS) ? value : JSON.stringify(value);
}

export class Unreadable extends Error {}

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  whole(): unknown {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) throw new Unreadable(this.text.slice(this.at, this.at + 12));
    return value;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  private takes(mark: string): boolean {
    this.space();
    if (this.text[this.at] !== mark) return false;
    this.at += 1;
    return true;
  }

  private wants(mark: string): void {
    if (!this.takes(mark)) throw new Unreadable(mark);
  }

  private value(): unknown {
    if (this.takes('[')) {
      const items: unknown[] = [];
      while (!this.takes(']')) {
        items.push(this.value());
        if (!this.takes(',')) {
          this.wants(']');
          break;
        }
      }
      return items;
    }
    if (this.takes('{')) {
      const fields: [string, unknown][] = [];
      while (!this.takes('}')) {
        const name = String(this.scalar());
        this.wants(':');
        fields.push([name, this.value()]);
        if (!this.takes(',')) {
          this.wants('}');
          break;
        }
      }
      return Object.fromEntries(fields);
    }
    return this.scalar();
  }

  private scalar(): unknown {
    this.space();
    const rest = this.text.slice(this.at);
    const quoted = /^"(?:[^"\\]|\\.)*"/.exec(rest)?.[0];
    if (quoted) {
      this.at += quoted.length;
      return JSON.parse(quoted) as unknown;
    }
    const single = /^'((?:[^']|'')*)'/.exec(rest);
    if (single) {
      this.at += single[0].length;
      return (single[1] ?? '').replace(/''/g, "'");
    }
    const plain = (/^[^[\]{},:"]+(?::(?=\S)[^[\]{},:"]+)*/.exec(rest)?.[0] ?? '').trimEnd();
    if (!plain) throw new Unreadable(rest.slice(0, 12));
    this.at += plain.length;
    if (plain in WORDS) return WORDS[plain];
    return NUMBER.test(plain) ? Number(plain) : plain;
  }
}

/** Reads what writeFlow writes, and what people write alike. Throws Unreadable. */
export const readFlow = (text: string): unknown => new Reader(text).whole();

/** One field a line: "name: value". */
export const writeFields = (fields: Record<string, unknown>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}: ${writeFlow(value)}`)
    .join('\n');

export function readFields(text: string): Record<string, unknown> {
  const fields: [string, unknown][] = [];
  for (const line of text.split('\n')) {
    if (!line.trim()) continue;
    const found = /^\s*([A-Za-z_][\w-]*)\s*:\s*(.+)$/.exec(line);
    if (!found) throw new Unreadable(line.trim().slice(0, 20));
    fields.push([found[1] ?? '', readFlow(found[2] ?? '')]);
  }
  return Object.fromEntries(fields);
}
