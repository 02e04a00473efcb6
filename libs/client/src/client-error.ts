/**
 * A call that did not succeed. `code` is one of the lab's error codes, or 'network' when no answer
 * came (status 0).
 * `text` is a sentence for people; `details` holds field errors or unmet conditions; `requestId` is what to quote to the lab.
 */
export class ClientError extends Error {
  readonly code: string;
  readonly text: string;
  readonly details: unknown;
  readonly requestId: string | null;
  readonly status: number;

  constructor(problem: {
    code: string;
    text: string;
    details?: unknown;
    requestId?: string | null;
    status: number;
    cause?: unknown;
  }) {
    super(problem.text, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.name = 'ClientError';
    this.code = problem.code;
    this.text = problem.text;
    this.details = problem.details;
    this.requestId = problem.requestId ?? null;
    this.status = problem.status;
  }

  /**
   * Reads the problem that a refused response carries; an answer that is no problem (a proxy's
   * page) becomes code 'internal'.
   */
  static async fromResponse(response: Response): Promise<ClientError> {
    const { status } = response;
    const requestId = response.headers.get('x-request-id');
    const body: unknown = await response.json().catch(() => null);
    if (
      typeof body !== 'object' ||
      body === null ||
      !('code' in body) ||
      typeof body.code !== 'string'
    ) {
      return new ClientError({
        code: 'internal',
        text: `The lab answered ${status} without saying why.`,
        requestId,
        status,
      });
    }
    return new ClientError({
      code: body.code,
      text: 'text' in body && typeof body.text === 'string' ? body.text : body.code,
      details: 'details' in body ? body.details : undefined,
      requestId:
        'requestId' in body && typeof body.requestId === 'string' ? body.requestId : requestId,
      status,
    });
  }

  static fromNetwork(cause: unknown): ClientError {
    return new ClientError({
      code: 'network',
      text: 'The lab did not answer. Check the connection and try again.',
      status: 0,
      cause,
    });
  }
}

/**
 * True for the error that an aborted request throws: the caller asked for it, so it is passed on as
 * it is.
 */
export const isAbort = (error: unknown): boolean =>
  error instanceof Error && error.name === 'AbortError';
