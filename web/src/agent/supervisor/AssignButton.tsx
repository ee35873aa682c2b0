import { Dropdown } from 'antd';
import type { BoardAgent } from '../contractSupervisor';
import { useDeed } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  handover: string;
  agents: BoardAgent[];
  onChanged(): void;
}

/** Gives a chat, waiting or running, to a certain agent. */
export function AssignButton({ handover, agents, onChanged }: Props): JSX.Element {
  const { supervisor, texts, tell } = useWorkbench();
  const { run } = useDeed(tell.bad);
  const assign = async (staff: string): Promise<void> => {
    if (!(await run(() => supervisor.assign(handover, staff)))) return;
    tell.good(T.board.assigned);
    onChanged();
  };
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: agents.map((agent) => ({
          key: agent.id,
          disabled: agent.state === 'offline',
          label: (
            <span data-testid={`assign-${handover}-${agent.id}`}>
              <i className={`dot dot--${agent.state}`} aria-hidden="true" />
              {agent.name} <span className="quiet">{`${texts.states[agent.state] ?? ''} ${agent.chats}/${agent.ceiling}`}</span>
            </span>
          ),
        })),
        onClick: ({ key }) => void assign(key),
      }}
    >
      <button type="button" className="text-button" data-testid={`assign-${handover}`}>
        {T.board.assign}
      </button>
    </Dropdown>
  );
}
