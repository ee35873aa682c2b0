/** Addresses in a sentence, so that a page can make them clickable. */
export interface Part {
  text: string;
  /** Set where the part is an address; always http or https, never a script. */
  href?: string;
}

// What no address of ours has ends it: Chinese letters and punctuation, spaces, quotes, brackets.
const ADDRESS = /https?:\/\/\w[\w\-.~:/?#@!$&*+,;=%]*/gi;

/** A text cut into plain parts and addresses, in order; nothing is lost. */
export function linkParts(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    // The mark that ends the sentence is not the address's.
    const address = found[0].replace(/[.,;:!?]+$/, '');
    if (found.index > end) parts.push({ text: text.slice(end, found.index) });
    parts.push({ text: address, href: address });
    end = found.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
