import { Button, Drawer, Input, Segmented, Spin, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useFirstField } from '../agent/hooks';
import { problem } from '../agent/problem';
import { useKb } from './context';
import type { Tried } from './contract';
import { colourOf } from './objects/colours';
import { K } from './texts';
import { share } from './times';

interface Said {
  id: number;
  text: string;
  model: 'draft' | 'live';
  answer: Tried | null;
  error: string | null;
}

const RANKS = 5;

/** 试一试: what the draft's or the live model makes of a sentence. */
export function TryDrawer({ onClose }: { onClose: () => void }): JSX.Element {
  const { api, draftId, draft } = useKb();
  const [model, setModel] = useState<'draft' | 'live'>(draftId ? 'draft' : 'live');
  const [typed, setTyped] = useState('');
  const [said, setSaid] = useState<Said[]>([]);
  const end = useRef<HTMLDivElement>(null);
  const counter = useRef(0);
  const { first, opened } = useFirstField<InputRef>();
  const used = draftId ? model : 'live';
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' });
  }, [said]);
  const send = (sentence: string): void => {
    const text = sentence.trim();
    if (!text) return;
    setTyped('');
    counter.current += 1;
    const id = counter.current;
    setSaid((held) => [...held, { id, text, model: used, answer: null, error: null }]);
    const put = (more: Partial<Said>): void =>
      setSaid((held) => held.map((one) => (one.id === id ? { ...one, ...more } : one)));
    api.tryOut(used === 'draft' ? draftId : '', text).then(
      (answer) => put({ answer }),
      (error: unknown) => put({ error: problem(error) }),
    );
  };
  return (
    <Drawer
      open
      mask={false}
      width={400}
      rootClassName="try-root"
      title={K.tryOut.title}
      extra={
        said.length > 0 && (
          <Button size="small" type="text" data-testid="try-clear" onClick={() => setSaid([])}>
            {K.tryOut.clear}
          </Button>
        )
      }
      afterOpenChange={opened}
      onClose={onClose}
    >
      <div className="try" data-testid="try">
        <Segmented
          block
          value={used}
          data-testid="try-model"
          options={[
            { value: 'draft', label: draft ? `${K.tryOut.draft} · ${draft.title}` : K.tryOut.draft, disabled: !draftId },
            { value: 'live', label: K.tryOut.live },
          ]}
          onChange={(next) => setModel(next as typeof model)}
        />
        <div className="try__said" aria-live="polite">
          {said.length === 0 && <p className="quiet">{K.tryOut.empty}</p>}
          {said.map((one) => (
            <div key={one.id} className="try__turn">
              <p className="try__mine">{one.text}</p>
              {!one.answer && !one.error && <Spin size="small" />}
              {one.error && (
                <p className="bad" role="alert">
                  {K.tryOut.failed}：{one.error}
                </p>
              )}
              {one.answer && <Understood tried={one.answer} asked={one.model} text={one.text} onSay={send} />}
            </div>
          ))}
          <div ref={end} />
        </div>
        <Input.Search
          ref={first}
          enterButton={K.tryOut.send}
          value={typed}
          maxLength={300}
          placeholder={K.tryOut.placeholder}
          aria-label={K.tryOut.placeholder}
          data-testid="try-text"
          onChange={(event) => setTyped(event.target.value)}
          onSearch={(text, event) => {
            const native = event?.nativeEvent;
            if (!(native instanceof KeyboardEvent && native.isComposing)) send(text);
          }}
        />
      </div>
    </Drawer>
  );
}

interface Props {
  tried: Tried;
  asked: 'draft' | 'live';
  text: string;
  onSay(text: string): void;
}

function Understood({ tried, asked, text, onSay }: Props): JSX.Element {
  const { titleOfIntent, titleOfEntity } = useKb();
  const { intent, title, confidence, ranking, entities, answer } = tried;
  const ranks = ranking.length ? ranking : [{ name: intent, title, confidence: confidence ?? 0 }];
  return (
    <div className="try__answer" data-testid="try-answer">
      {asked === 'draft' && !tried.ready && <p className="kb-note kb-note--gold">{K.tryOut.notReady}</p>}
      <p>
        <span className="quiet">{K.tryOut.intent}</span>{' '}
        <strong data-testid="try-intent" data-intent={intent}>
          {title || titleOfIntent(intent)}
        </strong>{' '}
        <code>{intent}</code>
      </p>
      <ul className="bars">
        {ranks.slice(0, RANKS).map((rank) => (
          <li key={rank.name} className={rank.name === intent ? 'bars__first' : undefined}>
            <span>{rank.title || titleOfIntent(rank.name)}</span>
            <i aria-hidden="true">
              <b style={{ width: `${Math.round(rank.confidence * 100)}%` }} />
            </i>
            <em>{share(rank.confidence)}</em>
          </li>
        ))}
      </ul>
      <p className="try__entities">
        <span className="quiet">{entities.length ? K.tryOut.entities : K.tryOut.noEntities}</span>
        {entities.map((one) => (
          <span
            key={`${one.entity}${one.start}`}
            className="chip-entity"
            style={{ '--chip': colourOf(one.entity) } as React.CSSProperties}
          >
            <span>{text.slice(one.start, one.end) || one.value}</span>
            <i>{titleOfEntity(one.entity)}</i>
          </span>
        ))}
      </p>
      <div className="try__bot">
        {answer?.text ? (
          <p data-testid="try-bot">{answer.text}</p>
        ) : (
          <p className="quiet" data-testid="try-bot">
            {K.tryOut.noAnswer}
          </p>
        )}
        {answer && answer.buttons.length > 0 && (
          <div className="try__buttons">
            {answer.buttons.map((button) => (
              <Button key={button.title} size="small" onClick={() => onSay(button.title)}>
                {button.title}
              </Button>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
