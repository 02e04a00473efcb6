import type { Message, PlainCode } from './messages/catalogue.ts';
import { message } from './messages/catalogue.ts';
import { errors } from './messages/errors.ts';

export type ErrorCode = keyof typeof errors;
export type PlainErrorCode = PlainCode<ErrorCode>;

/**
 * An error that is a row of the message catalogue: `failure` is what a job stores that ends by it.
 * Its message is the English sentence.
 */
export class CodedError extends Error {
  readonly failure: Message;

  constructor(failure: Message, cause?: unknown) {
    super(
      message(failure.code, failure.params as never, 'en'),
      cause === undefined ? undefined : { cause },
    );
    this.name = 'CodedError';
    this.failure = failure;
  }
}

interface Circumstances {
  /** Shown with the sentence: field errors, unmet conditions. */
  details?: unknown;
  /** Only logged. */
  privateDetail?: string;
  cause?: unknown;
}
type Options<Code extends ErrorCode> = Circumstances & Pick<Message<Code>, 'params'>;

/** The one error class that the API answers with. */
export class LabError<Code extends ErrorCode = ErrorCode> extends CodedError {
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly privateDetail: string | undefined;

  constructor(
    code: Code,
    ...[options]: Code extends PlainErrorCode ? [options?: Circumstances] : [options: Options<Code>]
  ) {
    const {
      params = {},
      details,
      privateDetail,
      cause,
    } = (options ?? {}) as Circumstances & {
      params?: object;
    };
    super({ code, params } as Message, cause);
    this.name = 'LabError';
    this.code = code;
    this.details = details;
    this.privateDetail = privateDetail;
  }

  get status(): number {
    return errors[this.code].status;
  }
}

/** @returns why work ended: by a row of the catalogue, or by `otherwise`, which tells no details */
export function failureOf(error: unknown, otherwise: Message): Message {
  return error instanceof CodedError ? error.failure : otherwise;
}
