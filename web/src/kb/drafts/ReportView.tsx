import { Input, Table, Tabs } from 'antd';
import { span } from '../../agent/figures';
import { useKb } from '../context';
import type { AnswerChange, Report } from '../contract';
import { K } from '../texts';
import { share, shortTime } from '../times';

interface Props {
  report: Report;
  reasons: Record<string, string>;
  /** Absent: reasons are only shown. */
  onReason?(text: string, why: string): void;
}

const PAGINATION = { pageSize: 20, hideOnSinglePage: true, showSizeChanger: false };

/** What the training found: figures, broken cases with their reasons, sentences and conversations that change. */
export function ReportView({ report, reasons, onReason }: Props): JSX.Element {
  const { cases, replay, sentences } = report;
  const { titleOfIntent } = useKb();
  const moved = cases.right_after - cases.right_before;
  const part = (right: number): string => share(cases.count ? right / cases.count : null);
  const all = report.sentences_count ?? sentences.length;
  const intent = (name: string, sure: number | null): JSX.Element => (
    <>
      {titleOfIntent(name)} {sure !== null && <span className="quiet">{share(sure)}</span>}
    </>
  );
  const caseColumns = [
    { title: K.report.text, dataIndex: 'text' },
    { title: K.report.expected, render: (_: unknown, row: Broken) => titleOfIntent(row.expected) },
    { title: K.report.before, render: (_: unknown, row: Broken) => intent(row.before, row.confidence_before) },
    { title: K.report.after, render: (_: unknown, row: Broken) => intent(row.after, row.confidence_after) },
  ];
  return (
    <div className="report" data-testid="report">
      <div className="report__figures">
        <div className="figure">
          <span>{K.report.accuracy}</span>
          <strong>
            {part(cases.right_before)} → {part(cases.right_after)}
          </strong>
          <small className={moved < 0 ? 'bad' : moved > 0 ? 'good' : undefined}>
            {K.report.cases(cases.right_after, cases.count)}{' '}
            {moved > 0 ? K.report.better(`${moved}句`) : moved < 0 ? K.report.worse(`${-moved}句`) : K.report.equal}
          </small>
        </div>
        <div className={cases.broken.length ? 'figure figure--bad' : 'figure'}>
          <span>{K.report.broken}</span>
          <strong data-testid="broken-count">{cases.broken.length}</strong>
          <small>
            {K.report.mended} {cases.mended.length}
          </small>
        </div>
        <div className="figure">
          <span>{K.report.sentences}</span>
          <strong>{all}</strong>
          <small>{report.model === 'same' ? K.train.same : report.seconds !== null && K.report.seconds(span(report.seconds))}</small>
        </div>
        <div className="figure">
          <span>{K.report.replay}</span>
          <strong>{replay.different.length}</strong>
          <small>{K.report.replayed(replay.conversations, replay.turns)}</small>
        </div>
      </div>
      <Tabs
        size="small"
        defaultActiveKey={cases.broken.length ? 'broken' : sentences.length ? 'sentences' : 'replay'}
        items={[
          {
            key: 'broken',
            label: `${K.report.tabs.broken}（${cases.broken.length}）`,
            children: (
              <Table
                size="small"
                rowKey="text"
                pagination={PAGINATION}
                dataSource={cases.broken}
                locale={{ emptyText: K.report.noBroken }}
                columns={[
                  ...caseColumns,
                  {
                    title: K.report.reason,
                    width: 260,
                    render: (_, row) =>
                      onReason ? (
                        <Input
                          size="small"
                          maxLength={200}
                          status={reasons[row.text]?.trim() ? '' : 'warning'}
                          value={reasons[row.text] ?? ''}
                          placeholder={K.report.reasonPlaceholder}
                          aria-label={`${K.report.reason}：${row.text}`}
                          data-testid="case-reason"
                          onChange={(event) => onReason(row.text, event.target.value)}
                        />
                      ) : (
                        (reasons[row.text] ?? '—')
                      ),
                  },
                ]}
              />
            ),
          },
          {
            key: 'mended',
            label: `${K.report.tabs.mended}（${cases.mended.length}）`,
            children: (
              <Table
                size="small"
                rowKey="text"
                pagination={PAGINATION}
                dataSource={cases.mended}
                locale={{ emptyText: K.report.noMended }}
                columns={caseColumns}
              />
            ),
          },
          {
            key: 'sentences',
            label: `${K.report.tabs.sentences}（${all}）`,
            children: (
              <>
                {all > sentences.length && <p className="quiet">{K.report.first(sentences.length, all)}</p>}
                <AnswerChanges rows={sentences} empty={K.report.noSentences} />
              </>
            ),
          },
          {
            key: 'replay',
            label: `${K.report.tabs.replay}（${replay.different.length}）`,
            children: <AnswerChanges rows={replay.different} empty={K.report.noReplay} timed />,
          },
        ]}
      />
    </div>
  );
}

type Broken = Report['cases']['broken'][number];

function AnswerChanges({ rows, empty, timed = false }: { rows: AnswerChange[]; empty: string; timed?: boolean }): JSX.Element {
  const { titleOfIntent } = useKb();
  const side = (intent: string, answer: string): JSX.Element => (
    <div className="answer-side">
      <b>{titleOfIntent(intent)}</b>
      {answer && <span>{answer}</span>}
    </div>
  );
  return (
    <Table
      size="small"
      rowKey={(row) => `${row.at ?? ''}${row.text}`}
      pagination={PAGINATION}
      dataSource={rows}
      locale={{ emptyText: empty }}
      columns={[
        ...(timed ? [{ title: K.report.at, width: 110, render: (_: unknown, row: AnswerChange) => shortTime(row.at) }] : []),
        { title: K.report.text, dataIndex: 'text', width: '26%' },
        { title: K.report.before, render: (_: unknown, row: AnswerChange) => side(row.before, row.answer_before) },
        { title: K.report.after, render: (_: unknown, row: AnswerChange) => side(row.after, row.answer_after) },
      ]}
    />
  );
}
