import { message, type ClientFault, type StoredMessage } from '@scapis/contracts';

/**
 * A call that did not succeed. `code` and `params` are a sentence of the lab's message catalogue,
 * 'network' when no answer came (status 0), and `text` is that sentence in English; `details` holds
 * field errors or unmet conditions; `requestId` is what to quote to the lab.
 */
export class ClientError extends Error {
  readonly code: string;
  readonly params: StoredMessage['params'];
  readonly text: string;
  readonly details: unknown;
  readonly requestId: string | null;
  readonly status: number;

  constructor(problem: {
    code: string;
    params?: StoredMessage['params'];
    text: string;
    details?: unknown;
    requestId?: string | null;
    status: number;
    cause?: unknown;
  }) {
    super(problem.text, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.name = 'ClientError';
    this.code = problem.code;
    this.params = problem.params ?? {};
    this.text = problem.text;
    this.details = problem.details;
    this.requestId = problem.requestId ?? null;
    this.status = problem.status;
  }

  /** What the client itself found wrong. */
  static of(
    { code, params }: ClientFault,
    circumstances: { status: number; requestId?: string | null; cause?: unknown },
  ): ClientError {
    return new ClientError({
      code,
      params,
      text: message(code, params as never, 'en'),
      ...circumstances,
    });
  }

  /**
   * Reads the problem that a refused response carries; an answer that is no problem (a proxy's
   * page) becomes code 'answer_unreadable'.
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
    )
      return ClientError.of(
        { code: 'answer_unreadable', params: { status } },
        { status, requestId },
      );
    return new ClientError({
      code: body.code,
      params: 'params' in body ? (body.params as StoredMessage['params']) : {},
      text: 'text' in body && typeof body.text === 'string' ? body.text : body.code,
      details: 'details' in body ? body.details : undefined,
      requestId:
        'requestId' in body && typeof body.requestId === 'string' ? body.requestId : requestId,
      status,
    });
  }

  static fromNetwork(cause: unknown): ClientError {
    return ClientError.of({ code: 'network', params: {} }, { status: 0, cause });
  }
}

/**
 * True for the error that an aborted request throws: the caller asked for it, so it is passed on as
 * it is.
 */
export const isAbort = (error: unknown): boolean =>
  error instanceof Error && error.name === 'AbortError';
