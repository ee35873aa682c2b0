/** What went wrong, in a sentence that says what to do. */
import { ApiError } from '../shared/http';
import { T } from './texts';

export function problem(error: unknown): string {
  if (!(error instanceof ApiError)) return T.problem.unknown;
  if (error.sentence) return error.sentence;
  if (error.kind === 'network') return T.problem.network;
  if (error.kind === 'timeout') return T.problem.timeout;
  if (error.status === 401) return T.problem.session;
  if (error.status === 403) return T.problem.forbidden;
  if (error.status === 404) return T.problem.notFound;
  if (error.status === 409) return T.problem.movedOn;
  if (error.status === 413) return T.problem.tooLarge;
  return error.status === 429 ? T.problem.tooFast : T.problem.server;
}
