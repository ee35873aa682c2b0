import type { ReactNode } from 'react';

interface Props {
  label: string;
  hint?: string;
  error?: string | null;
  /** At the right of the label: a count, a button. */
  end?: ReactNode;
  children: ReactNode;
}

/** A labelled part of a form; the controls in it are named where they are written. */
export function Field({ label, hint, error, end, children }: Props): JSX.Element {
  return (
    <div className="kb-field" role="group" aria-label={label}>
      <div className="kb-field__label">
        <span>{label}</span>
        {end}
      </div>
      {children}
      {error ? (
        <p className="bad" role="alert">
          {error}
        </p>
      ) : (
        hint && <p className="quiet">{hint}</p>
      )}
    </div>
  );
}
