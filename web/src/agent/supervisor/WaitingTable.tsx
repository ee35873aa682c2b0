import { Empty, Table } from 'antd';
import type { WaitCard } from '../contract';
import type { BoardAgent } from '../contractSupervisor';
import { timer } from '../figures';
import { useDeed } from '../hooks';
import { Tags } from '../desk/Tags';
import { T, WHY_TITLES } from '../texts';
import { queueTone } from '../waits';
import { useWorkbench } from '../workbench';
import { AssignButton } from './AssignButton';

interface Props {
  waiting: WaitCard[];
  agents: BoardAgent[];
  onChanged(): void;
}

export function WaitingTable({ waiting, agents, onChanged }: Props): JSX.Element {
  const { supervisor, texts, tell } = useWorkbench();
  const { run } = useDeed(tell.bad);
  const urge = async (card: WaitCard): Promise<void> => {
    if (await run(() => supervisor.priority(card.handover, !card.urgent))) onChanged();
  };
  return (
    <Table
      size="small"
      rowKey="handover"
      pagination={false}
      dataSource={waiting}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={T.board.noWaiting} /> }}
      columns={[
        {
          title: T.board.topic,
          render: (_, card) => (
            <>
              {card.topic_title || texts.groups[card.group]} <Tags {...card} />
              <br />
              <span className="quiet">
                {[texts.groups[card.group] ?? card.group, card.number_mask || T.chats.unnamed].join(' · ')}
              </span>
            </>
          ),
        },
        { title: T.board.reason, width: 92, render: (_, card) => WHY_TITLES[card.reason] ?? card.reason },
        {
          title: T.board.waited,
          width: 66,
          render: (_, card) => (
            <time className={`wait wait--${queueTone(card.waited_seconds)}`}>{timer(card.waited_seconds * 1000)}</time>
          ),
        },
        {
          key: 'deeds',
          width: 120,
          align: 'right',
          render: (_, card) => (
            <span className="row-deeds">
              <button
                type="button"
                className="text-button"
                data-testid={`urge-${card.handover}`}
                onClick={() => void urge(card)}
              >
                {card.urgent ? T.board.calm : T.board.urge}
              </button>
              <AssignButton handover={card.handover} agents={agents} onChanged={onChanged} />
            </span>
          ),
        },
      ]}
    />
  );
}
