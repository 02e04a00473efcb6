import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { LabError, type PlainErrorCode, type Problem } from '@scapis/contracts';
import type { Response } from 'express';
import type { Log } from '@scapis/platform';
import type { LabRequest } from './route.ts';

/**
 * The one place that turns a fault into an answer: code, safe sentence, request id. What must stay
 * private goes to the log only.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  catch(fault: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<LabRequest>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = toLabError(fault);
    if (problem.status >= 500)
      this.#log.error(
        { requestId: request.requestId, err: fault, privateDetail: problem.privateDetail },
        problem.code,
      );
    else if (problem.privateDetail !== undefined)
      this.#log.info(
        { requestId: request.requestId, privateDetail: problem.privateDetail },
        problem.code,
      );
    // Bytes are on their way: a broken connection is the one honest sign that the rest will not
    // come.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.code === 'too_many_requests' || problem.status === 503)
      response.setHeader('Retry-After', '5');
    response.removeHeader('ETag');
    // RFC 9110, 15.5.17: a range past the end is told how long the file is.
    const size = problem.code === 'range_not_satisfiable' ? sizeIn(problem.details) : null;
    if (size !== null) response.setHeader('Content-Range', `bytes */${size}`);
    response.setHeader('Cache-Control', 'no-store');
    response
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(toProblem(problem, request.requestId)));
  }
}

/** The body of a refusal: the sentence as code and parameters, and in English. */
export function toProblem({ failure, message, details }: LabError, requestId: string): Problem {
  return { ...failure, text: message, details, requestId };
}

/** Faults of Express and Nest by HTTP status; all else that is no LabError is our own fault. */
function toLabError(fault: unknown): LabError {
  if (fault instanceof LabError) return fault as LabError;
  const status = fault instanceof HttpException ? fault.getStatus() : statusOf(fault);
  const code: PlainErrorCode =
    status === 404
      ? 'not_found'
      : status === 413
        ? 'too_large'
        : status >= 400 && status < 500
          ? 'invalid_input'
          : 'internal';
  return new LabError(code, {
    privateDetail: String(fault),
    cause: fault,
  });
}

function sizeIn(details: unknown): number | null {
  return typeof details === 'object' &&
    details !== null &&
    'size' in details &&
    typeof details.size === 'number'
    ? details.size
    : null;
}

function statusOf(fault: unknown): number {
  return typeof fault === 'object' &&
    fault !== null &&
    'status' in fault &&
    typeof fault.status === 'number'
    ? fault.status
    : 500;
}
