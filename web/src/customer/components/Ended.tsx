import { useEffect, useRef } from 'react';
import { T } from '../texts';

export function Ended({ onNew }: { onNew(): void }): JSX.Element {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <footer className="foot ended" data-testid="ended">
      <p>{T.list.ended}</p>
      <button ref={button} type="button" className="button" onClick={onNew}>
        {T.newConversation}
      </button>
    </footer>
  );
}
