import type { Role } from '../../shared/contract';
import { BotFace, PersonFace } from './icons';

export function Avatar({ role }: { role: Role }): JSX.Element {
  return (
    <span className={`avatar avatar--${role}`} aria-hidden="true">
      {role === 'bot' ? <BotFace /> : <PersonFace />}
    </span>
  );
}
