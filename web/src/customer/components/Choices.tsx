import type { Choice } from '../../shared/contract';
import { T } from '../texts';

interface Props {
  choices: Choice[];
  open: boolean;
  onChoose(choice: Choice): void;
}

export function Choices({ choices, open, onChoose }: Props): JSX.Element {
  return (
    <div className="choices" role="group" aria-label={T.choices.label}>
      {choices.map((choice) => (
        <button
          key={choice.id}
          type="button"
          className="choice"
          data-testid="choice"
          data-choice={choice.id}
          disabled={!open}
          onClick={() => onChoose(choice)}
        >
          {choice.title}
        </button>
      ))}
    </div>
  );
}
