import './kb.css';
import { KbFrame } from './KbFrame';
import { KbProvider } from './KbProvider';

/** 知识: what the bot understands and says, for people who are no programmers. */
export default function KbScreen(): JSX.Element {
  return (
    <KbProvider>
      <KbFrame />
    </KbProvider>
  );
}
