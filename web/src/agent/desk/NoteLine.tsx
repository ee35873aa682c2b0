import { LockIcon } from '../components/icons';
import type { Note } from '../contract';
import { T } from '../texts';
import { Moment } from './MessageLine';

/** What only staff see: a whisper, a transfer's note, an event. */
export function NoteLine({ note }: { note: Note }): JSX.Element {
  return (
    <div className={`note-line note-line--${note.kind}`} data-testid="note" data-kind={note.kind}>
      <p className="note-line__head">
        <LockIcon />
        <strong>{T.line[note.kind]}</strong>
        {note.staff && <span>{note.staff}</span>}
        <Moment at={note.at} />
        <span className="note-line__mark">{T.line.internal}</span>
      </p>
      <p>{note.text}</p>
    </div>
  );
}
