/** Lenient readers for what arrives over the wire: what is missing or of another type becomes a harmless value. */

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const words = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
export const wordsOrNull = (value: unknown): string | null => words(value) || null;
export const numberOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
export const count = (value: unknown): number => numberOrNull(value) ?? 0;
export const flag = (value: unknown): boolean => value === true;
export const flagOrNull = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);
export const wordList = (value: unknown): string[] => list(value).map(words).filter(Boolean);

export type Reader<T> = (value: unknown) => T;
type Fields = Record<string, Reader<unknown>>;
export type Shape<F extends Fields> = { [Name in keyof F]: ReturnType<F[Name]> };

/** Reads an object field by field; what is no object reads as an empty one. */
export function shape<F extends Fields>(fields: F): Reader<Shape<F>> {
  const named = Object.entries(fields);
  return (value) => {
    const body = isObject(value) ? value : {};
    return Object.fromEntries(named.map(([name, read]) => [name, read(body[name])])) as Shape<F>;
  };
}

/** Reads a list; entries that are no objects are left out. */
export const listOf =
  <T>(read: Reader<T>): Reader<T[]> =>
  (value) =>
    list(value).filter(isObject).map(read);

export const orNull =
  <T>(read: Reader<T>): Reader<T | null> =>
  (value) =>
    isObject(value) ? read(value) : null;

/** One of a few words; anything else reads as the last of them. */
export const oneOf =
  <T extends string>(...known: readonly [T, ...T[]]): Reader<T> =>
  (value) =>
    known.find((word) => word === value) ?? (known[known.length - 1] as T);

/** An object of texts, as {id: title}. */
export const titles: Reader<Record<string, string>> = (value) =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {})
      .map(([id, title]) => [id, words(title)] as const)
      .filter(([, title]) => title !== ''),
  );
