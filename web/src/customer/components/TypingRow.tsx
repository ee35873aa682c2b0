import type { Role } from '../../shared/contract';
import { T } from '../texts';
import { Avatar } from './Avatar';

export function TypingRow({ role }: { role: Role }): JSX.Element {
  const who = role === 'agent' ? 'agent' : 'bot';
  return (
    <div className={`row row--${who} row--typing`} data-testid="typing" data-role={who}>
      <Avatar role={who} />
      <div className="row__body">
        <p className="bubble bubble--typing">
          <span className="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span className={who === 'bot' ? 'hidden' : ''}>{T.typing[who]}</span>
        </p>
      </div>
    </div>
  );
}
