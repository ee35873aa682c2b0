import { Button, Input, Popover } from 'antd';
import { useEffect, useState } from 'react';
import type { Revealing } from '../api';
import { useDeed } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  handover: string;
  what: Revealing;
  masked: string;
}

const SHOWN_MS = 60_000;

/** A masked value that is shown for a minute to whoever says why; the desk writes it down. */
export function Reveal({ handover, what, masked }: Props): JSX.Element {
  const { api, tell } = useWorkbench();
  const [asking, setAsking] = useState(false);
  const [other, setOther] = useState('');
  const [value, setValue] = useState<string | null>(null);
  const { busy, run } = useDeed(tell.bad);
  useEffect(() => {
    if (!value) return;
    const timer = setTimeout(() => setValue(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [value]);
  const reveal = (why: string): void => {
    void run(async () => {
      setValue(await api.reveal(handover, what, why));
      setAsking(false);
      setOther('');
    });
  };
  if (value) {
    return (
      <span className="reveal">
        <strong data-testid={`revealed-${what}`}>{value}</strong>
        <button type="button" className="text-button" onClick={() => setValue(null)}>
          {T.reveal.hide}
        </button>
      </span>
    );
  }
  return (
    <span className="reveal">
      {masked}
      <Popover
        open={asking}
        trigger="click"
        placement="bottomLeft"
        title={T.reveal.why}
        onOpenChange={setAsking}
        content={
          <div className="reveal__ask">
            <p className="quiet">{T.reveal.whyHint}</p>
            <div className="reveal__reasons">
              {T.reveal.reasons.map((reason, place) => (
                <Button
                  key={reason}
                  size="small"
                  disabled={busy}
                  data-testid={`reveal-why-${place}`}
                  onClick={() => reveal(reason)}
                >
                  {reason}
                </Button>
              ))}
            </div>
            <Input.Search
              size="small"
              maxLength={100}
              placeholder={T.reveal.other}
              enterButton={T.reveal.submit}
              loading={busy}
              value={other}
              onChange={(event) => setOther(event.target.value)}
              onSearch={(word) => word.trim() && reveal(word.trim())}
            />
          </div>
        }
      >
        <button type="button" className="text-button" data-testid={`reveal-${what}`}>
          {T.reveal.view}
        </button>
      </Popover>
    </span>
  );
}
