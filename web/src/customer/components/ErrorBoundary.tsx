import { Component, type ReactNode } from 'react';
import { HOTLINE, T } from '../texts';

export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="crashed" role="alert">
        <h1>{T.crashed.title}</h1>
        <p>
          {T.crashed.body}
          <a href={`tel:${HOTLINE}`}>{HOTLINE}</a>
        </p>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          {T.crashed.reload}
        </button>
      </main>
    );
  }
}
