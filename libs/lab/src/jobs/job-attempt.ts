import type { JobName } from '@scapis/contracts';
import type { Database, Transaction } from '@scapis/platform';

type TransactionOptions = Parameters<Database['unsafeAsSystem']>[2];

/** Another worker has taken the job: this one's work is not stored, and nothing has failed. */
export class JobLostError extends Error {
  override name = 'JobLostError';

  constructor({ job, objectId }: Place) {
    super(`${job} ${objectId} was taken up by another worker; what this one did is dropped`);
  }
}

interface Place {
  job: JobName;
  /** The row that the job is about. */
  objectId: string;
}

/**
 * One attempt at a job. The queue's lock alone can't keep two workers apart: it runs out when a
 * worker stands still, and queues judge it by clocks. So each attempt has a number, and a
 * transaction of an attempt that is not the newest is refused.
 */
export class JobAttempt {
  readonly #database: Database;
  readonly #place: Place;
  readonly number: number;

  constructor(database: Database, place: Place, number: number) {
    this.#database = database;
    this.#place = place;
    this.number = number;
  }

  /**
   * Begins an attempt: from here on the one before can write nothing.
   * @param begin @returns null when nothing is to be done; no number is taken then
   */
  static async begin<Row>(
    database: Database,
    place: Place,
    begin: (tx: Transaction) => Promise<Row | null>,
  ): Promise<{ row: Row; attempt: JobAttempt } | null> {
    const { job, objectId } = place;
    return database.unsafeAsSystem(job, async (tx) => {
      await tx.$executeRaw`INSERT INTO job_attempt (job, object_id) VALUES (${job}, ${objectId}::uuid) ON CONFLICT DO NOTHING`;
      // Waits for a transaction of the attempt before, which `begin` must see.
      await tx.$queryRaw`SELECT 1 FROM job_attempt WHERE job = ${job} AND object_id = ${objectId}::uuid FOR UPDATE`;
      const row = await begin(tx);
      if (row === null) return null;
      const { attempt } = await tx.jobAttempt.update({
        where: { job_objectId: place },
        data: { attempt: { increment: 1 } },
      });
      return { row, attempt: new JobAttempt(database, place, attempt) };
    });
  }

  /** One transaction of this attempt. @throws JobLostError when it is not the newest any more */
  async transact<T>(
    work: (tx: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const { job, objectId } = this.#place;
    return this.#database.unsafeAsSystem(
      job,
      async (tx) => {
        // Shared: the next attempt begins after this transaction, not in its midst.
        const [newest] = await tx.$queryRaw<
          { attempt: number }[]
        >`SELECT attempt FROM job_attempt WHERE job = ${job} AND object_id = ${objectId}::uuid FOR SHARE`;
        if (newest?.attempt !== this.number) throw new JobLostError(this.#place);
        return work(tx);
      },
      options,
    );
  }
}
