import type { Suggestion } from '../contractCustomer';
import { T } from '../texts';

interface Props {
  suggestions: Suggestion[];
  onInsert(text: string): void;
}

/** Answers that fit the customer's last sentence: pressed, they lie in the composer to be edited. */
export function Suggestions({ suggestions, onInsert }: Props): JSX.Element | null {
  if (suggestions.length === 0) return null;
  return (
    <div className="suggestions" role="group" aria-label={T.composer.suggestions}>
      {suggestions.map((suggestion, place) => (
        <button
          key={suggestion.id}
          type="button"
          className="suggestion"
          data-testid={`suggestion-${place}`}
          title={suggestion.answer}
          onClick={() => onInsert(suggestion.answer)}
        >
          <kbd>{T.composer.suggestionKey(place + 1)}</kbd>
          <strong>{suggestion.question}</strong>
          <span>{suggestion.answer}</span>
        </button>
      ))}
    </div>
  );
}
