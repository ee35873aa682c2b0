import { Component, type ReactNode } from 'react';
import { T } from '../texts';

export class Crash extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="whole" role="alert">
        <h1>{T.crashed.title}</h1>
        <p>{T.crashed.body}</p>
        <button type="button" className="plain-button" onClick={() => window.location.reload()}>
          {T.crashed.reload}
        </button>
      </main>
    );
  }
}
