import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { T } from '../texts';
import { MoreIcon } from './icons';

interface Props {
  canEnd: boolean;
  onNew(): void;
  onEnd(): void;
}

export function MoreMenu({ canEnd, onNew, onEnd }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const outside = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const onKey = (event: KeyboardEvent): void => {
    if (!open) return;
    if (event.key === 'Escape') {
      setOpen(false);
      button.current?.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const items = [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]:enabled') ?? [])];
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const at = items.indexOf(document.activeElement as HTMLElement);
      items[(at + step + items.length) % items.length]?.focus();
    } else if (event.key === 'Tab') {
      setOpen(false);
    }
  };
  const choose = (act: () => void) => (): void => {
    setOpen(false);
    button.current?.focus();
    act();
  };

  return (
    <div className="menu" ref={box} onKeyDown={onKey}>
      <button
        ref={button}
        type="button"
        className="ghost"
        aria-label={T.menu}
        aria-haspopup="menu"
        aria-expanded={open}
        data-testid="menu-button"
        onClick={() => setOpen(!open)}
      >
        <MoreIcon />
      </button>
      {open && (
        <div className="menu__list" role="menu" aria-label={T.menu}>
          <button type="button" role="menuitem" data-testid="menu-new" onClick={choose(onNew)}>
            {T.newConversation}
          </button>
          <button
            type="button"
            role="menuitem"
            data-testid="menu-end"
            disabled={!canEnd}
            onClick={choose(onEnd)}
          >
            {T.endConversation}
          </button>
        </div>
      )}
    </div>
  );
}
