import { T } from '../texts';
import { PhoneIcon } from './icons';

/** A strip under the header on phones, a tab at the edge on wide screens. */
export function DemoOpener({ tab = false, onOpen }: { tab?: boolean; onOpen(): void }): JSX.Element {
  return (
    <button
      type="button"
      className={tab ? 'demo-tab' : 'demo-strip'}
      data-testid="demo-open"
      onClick={onOpen}
    >
      <span className="demo-label">{T.demo.label}</span>
      <span className="demo-open">
        <PhoneIcon />
        {T.demo.open}
      </span>
    </button>
  );
}
