import { Alert, Button, Progress } from 'antd';
import { runs, type Job } from '../contract';
import { K } from '../texts';

interface Props {
  job: Job;
  title: string;
  failed: string;
  onCancel?(): void;
}

/** Long work: how far it is, what it does now, and its log. */
export function JobCard({ job, title, failed, onCancel }: Props): JSX.Element {
  const going = runs(job);
  return (
    <div className="job" data-testid="job" data-state={job.state}>
      <div className="job__head">
        <strong>{title}</strong>
        <span className="quiet" role="status" data-testid="job-step">
          {job.state === 'waiting' ? K.train.waiting : job.step}
        </span>
        {going && onCancel && (
          <Button size="small" data-testid="job-cancel" onClick={onCancel}>
            {K.train.cancel}
          </Button>
        )}
      </div>
      <Progress
        percent={Math.round(job.progress)}
        size="small"
        aria-label={K.train.progress}
        status={job.state === 'failed' ? 'exception' : going ? 'active' : 'normal'}
      />
      {job.state === 'failed' && <Alert type="error" showIcon message={failed} description={job.result ?? job.step} />}
      <details className="job__log">
        <summary>{K.train.log}</summary>
        <pre data-testid="job-log">{job.log || K.train.noLog}</pre>
      </details>
    </div>
  );
}
