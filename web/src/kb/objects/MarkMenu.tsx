import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useKb } from '../context';
import { K } from '../texts';
import { colourOf } from './colours';

const WIDTH = 240;
const HEIGHT = 290;

export interface Marking {
  place: number;
  span: { start: number; end: number };
  text: string;
  /** Where the mouse was let go. */
  x: number;
  y: number;
}

interface Props {
  marking: Marking;
  onChoose(entity: string): void;
  /** `byKey`: the keyboard has been in the menu, and needs another place. */
  onClose(byKey: boolean): void;
}

/** Which entity the selected words are; Enter takes the first, Esc closes. */
export function MarkMenu({ marking, onChoose, onClose }: Props): JSX.Element {
  const { words } = useKb();
  const [typed, setTyped] = useState('');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const pressed = (event: MouseEvent): void => {
      if (!box.current?.contains(event.target as Node)) onClose(false);
    };
    window.addEventListener('mousedown', pressed);
    return () => window.removeEventListener('mousedown', pressed);
  }, [onClose]);
  const shown = words.entities.filter(({ name, title }) => `${title}${name}`.includes(typed.trim()));
  return (
    <div
      ref={box}
      className="mark-menu"
      data-testid="mark-menu"
      role="dialog"
      aria-label={K.examples.mark}
      style={{
        left: Math.min(marking.x, window.innerWidth - WIDTH - 12),
        top: marking.y + HEIGHT + 16 > window.innerHeight ? marking.y - HEIGHT - 8 : marking.y + 14,
        width: WIDTH,
      }}
      onKeyDown={(event) => event.key === 'Escape' && onClose(true)}
    >
      <p>
        <q>{marking.text}</q> {K.examples.mark}
      </p>
      <Input
        autoFocus
        size="small"
        value={typed}
        placeholder={K.examples.searchEntity}
        data-testid="mark-search"
        onChange={(event) => setTyped(event.target.value)}
        onPressEnter={() => shown[0] && onChoose(shown[0].name)}
      />
      <ul>
        {shown.map(({ name, title }) => (
          <li key={name}>
            <button type="button" data-testid={`mark-${name}`} onClick={() => onChoose(name)}>
              <i className="dot" style={{ background: colourOf(name) }} />
              {title}
              <code>{name}</code>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
