import { Dropdown, Empty, Table } from 'antd';
import { parseUtc } from '../../shared/time';
import type { PresenceState } from '../contract';
import type { BoardAgent } from '../contractSupervisor';
import { timer } from '../figures';
import { useDeed, useSecond } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

const STATES: PresenceState[] = ['ready', 'busy', 'break', 'offline'];

interface Props {
  agents: BoardAgent[];
  onChanged(): void;
}

export function AgentsTable({ agents, onChanged }: Props): JSX.Element {
  const { supervisor, texts, tell } = useWorkbench();
  const now = useSecond();
  const { run } = useDeed(tell.bad);
  const setState = async (agent: BoardAgent, state: PresenceState): Promise<void> => {
    if (!(await run(() => supervisor.setState(agent.id, state)))) return;
    tell.good(`${agent.name}${T.presence.changed(texts.states[state] ?? state)}`);
    onChanged();
  };
  return (
    <Table
      size="small"
      rowKey="id"
      pagination={false}
      dataSource={agents}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={T.board.noAgents} /> }}
      columns={[
        {
          title: T.board.agent,
          render: (_, agent) => (
            <>
              {agent.name}
              {agent.on_shift === false && <span className="tag tag--after">{T.board.offShift}</span>}
              <br />
              <span className="quiet">{agent.groups.map((id) => texts.groups[id] ?? id).join('、')}</span>
            </>
          ),
        },
        {
          title: T.board.state,
          width: 120,
          render: (_, agent) => (
            <>
              <i className={`dot dot--${agent.state}`} aria-hidden="true" />
              {texts.states[agent.state]}
              <time className="quiet"> {timer(now - parseUtc(agent.since))}</time>
              {!agent.connected && agent.state !== 'offline' && (
                <>
                  <br />
                  <span className="tag tag--red">{T.board.disconnected}</span>
                </>
              )}
            </>
          ),
        },
        {
          title: T.board.load,
          width: 84,
          render: (_, agent) => (
            <b className={agent.chats >= agent.ceiling ? 'bad' : undefined}>
              {agent.chats}/{agent.ceiling}
            </b>
          ),
        },
        { title: T.board.closed, width: 72, dataIndex: 'closed_today' },
        {
          title: T.board.satisfaction,
          width: 64,
          render: (_, agent) => (agent.satisfaction === null ? '—' : agent.satisfaction.toFixed(1)),
        },
        {
          key: 'deeds',
          width: 64,
          align: 'right',
          render: (_, agent) => (
            <Dropdown
              trigger={['click']}
              menu={{
                items: STATES.filter((state) => state !== agent.state).map((state) => ({
                  key: state,
                  label: <span data-testid={`agent-${agent.id}-${state}`}>{texts.states[state]}</span>,
                })),
                onClick: ({ key }) => void setState(agent, key as PresenceState),
              }}
            >
              <button type="button" className="text-button" data-testid={`agent-${agent.id}-state`}>
                {T.board.setState}
              </button>
            </Dropdown>
          ),
        },
      ]}
    />
  );
}
