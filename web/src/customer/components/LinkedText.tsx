import { linkParts } from '../../shared/links';

/** A sentence of ours, its addresses clickable. What a customer typed is never shown so. */
export function LinkedText({ text }: { text: string }): JSX.Element {
  return (
    <>
      {linkParts(text).map((part, position) =>
        part.href === undefined ? (
          part.text
        ) : (
          <a key={position} href={part.href} target="_blank" rel="noopener noreferrer">
            {part.text}
          </a>
        ),
      )}
    </>
  );
}
