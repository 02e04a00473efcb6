import type { CompileOptions } from '@scapis/gan';
import type { Database, Meter, Storage } from '@scapis/platform';

/** What the lab's use cases stand on. One object, handed to every service. */
export interface LabContext {
  database: Database;
  storage: Storage;
  /** The one clock: tests set it. */
  now: () => Date;
  /**
   * 32 bytes. Wraps data keys; the keys of ethics documents and of receipts are derived from it.
   */
  masterKey: Uint8Array;
  /**
   * How training and synthesis are computed; default two threads of the CPU. Only the worker sets
   * it. The gate keeps to its own.
   */
  compute?: CompileOptions;
  /**
   * Memory that a worker may use for one training run; a run that needs more is refused when it is
   * asked for. Default 4 GiB. Only the gateway sets it.
   */
  trainingMemoryBytes?: number;
  /** Told what work was done, for the metrics. Only the worker sets it. */
  meter?: Meter;
  /** Length of one slice of training in seconds; default 20. Only the worker sets it. */
  sliceSeconds?: number;
  /** Most steps of one slice, for slices that are the same on any machine. Only tests set it. */
  sliceSteps?: number;
}
