import {
  failureOf,
  sayStored,
  storedMessage,
  type Message,
  type StoredMessage,
} from '@scapis/contracts';
import { Prisma } from '@scapis/platform';
import { JobStoppedError } from './run-job.ts';

/**
 * @param otherwise for an error that is none of the lab's own: its text could hold values
 * @returns why a job failed, for the person who asked for it
 */
export function toFailure(error: unknown, otherwise: Message): Message {
  return error instanceof JobStoppedError
    ? { code: 'permit_ended', params: {} }
    : failureOf(error, otherwise);
}

/** @returns a column `failure` as the API gives it */
export function toFailureDto(stored: unknown): (StoredMessage & { text: string }) | null {
  if (stored === null) return null;
  const failure = storedMessage.parse(stored);
  return { ...failure, text: sayStored(failure, 'en') ?? failure.code };
}

/** A change of a row that has a column `failure`. */
export type WithFailure<Change> = Omit<Change, 'failure'> & { failure?: Message | null };

/**
 * @returns the change as Prisma takes it: null in a JSON column must say which null is meant
 */
export function toFailureColumn<Change extends { failure?: Message | null }>({
  failure,
  ...change
}: Change): Omit<Change, 'failure'> & { failure?: Message | typeof Prisma.DbNull } {
  return failure === undefined ? change : { ...change, failure: failure ?? Prisma.DbNull };
}
