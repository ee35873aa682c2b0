import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  level: string;
  urgent: boolean;
  elderly: boolean;
  repeats: number;
}

/** What makes a customer special: level, urgency, age, having come before. */
export function Tags({ level, urgent, elderly, repeats }: Props): JSX.Element {
  const { texts } = useWorkbench();
  return (
    <>
      {urgent && <span className="tag tag--red">{T.chats.urgent}</span>}
      {elderly && <span className="tag tag--violet">{T.chats.elderly}</span>}
      {level && <span className="tag tag--gold">{texts.levels[level] ?? level}</span>}
      {repeats > 0 && <span className="tag">{T.chats.repeats(repeats + 1)}</span>}
    </>
  );
}
