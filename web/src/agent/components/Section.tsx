import type { ReactNode } from 'react';

interface Props {
  title: string;
  end?: ReactNode;
  children: ReactNode;
}

export function Section({ title, end, children }: Props): JSX.Element {
  return (
    <section className="section">
      <h3>
        {title}
        {end}
      </h3>
      {children}
    </section>
  );
}
