/** What is selected inside a line, as places in its plain text; each piece of the line says where it starts. */
function placeOf(node: Node | null, offset: number): number | null {
  const element = node instanceof Element ? node : (node?.parentElement ?? null);
  const start = element?.closest('[data-start]')?.getAttribute('data-start');
  return start === null || start === undefined ? null : Number(start) + offset;
}

export function selectedIn(line: HTMLElement): { start: number; end: number } | null {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!line.contains(range.startContainer) || !line.contains(range.endContainer)) return null;
  const start = placeOf(range.startContainer, range.startContainer.nodeType === Node.TEXT_NODE ? range.startOffset : 0);
  const end = placeOf(range.endContainer, range.endContainer.nodeType === Node.TEXT_NODE ? range.endOffset : 0);
  return start !== null && end !== null && end > start ? { start, end } : null;
}
