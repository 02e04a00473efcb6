/**
 * One metric: what Prometheus is told of it. Labels are closed lists (routes, jobs, stages,
 * states); no id and no name of a person or project may be one.
 */
export interface MetricSpec {
  type: 'counter' | 'gauge' | 'histogram';
  /** Which process tells it. */
  of: 'gateway' | 'worker';
  labels: readonly string[];
  help: string;
  /** Upper bounds of a histogram, in seconds. */
  buckets?: readonly number[];
}

const ANSWERS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const WORK = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400] as const;

/** Names by https://prometheus.io/docs/practices/naming: base units, counters end in _total. */
export const metricTable = {
  scapis_http_requests_total: {
    type: 'counter',
    of: 'gateway',
    labels: ['route', 'method', 'status'],
    help: 'Requests answered. route is the pattern of the route table, or web, docs or unmatched.',
  },
  scapis_http_request_duration_seconds: {
    type: 'histogram',
    of: 'gateway',
    labels: ['route', 'method'],
    help: 'Time until a request was answered whole. Event streams and downloads last as they last.',
    buckets: ANSWERS,
  },
  scapis_sessions: {
    type: 'gauge',
    of: 'gateway',
    labels: [],
    help: 'Browser sessions that have not ended. Every gateway tells the same number.',
  },
  scapis_jobs_total: {
    type: 'counter',
    of: 'worker',
    labels: ['queue', 'job', 'outcome'],
    help: 'Attempts at jobs that ended: completed, failed (tried again), exhausted (failed for good).',
  },
  scapis_job_duration_seconds: {
    type: 'histogram',
    of: 'worker',
    labels: ['queue', 'job'],
    help: 'Time that an attempt at a job took.',
    buckets: WORK,
  },
  scapis_queue_jobs: {
    type: 'gauge',
    of: 'worker',
    labels: ['queue', 'state'],
    help: 'Jobs in the queue by state: waiting, active, delayed. Every worker tells the same numbers.',
  },
  scapis_queue_oldest_waiting_seconds: {
    type: 'gauge',
    of: 'worker',
    labels: ['queue'],
    help: 'Age of the job that has waited longest; 0 where none waits.',
  },
  scapis_outbox_rows: {
    type: 'gauge',
    of: 'worker',
    labels: [],
    help: 'Rows of the outbox that are due and not yet handed to the queue.',
  },
  scapis_outbox_oldest_seconds: {
    type: 'gauge',
    of: 'worker',
    labels: [],
    help: 'How long the oldest of these rows has been due; 0 where there is none.',
  },
  scapis_gate_runs_total: {
    type: 'counter',
    of: 'worker',
    labels: ['verdict'],
    help: 'Runs of the release gate that reached a verdict.',
  },
  scapis_gate_stage_duration_seconds: {
    type: 'histogram',
    of: 'worker',
    labels: ['stage'],
    help: 'Time of each stage of a gate run, of which some run beside others.',
    buckets: WORK,
  },
  scapis_training_images_total: {
    type: 'counter',
    of: 'worker',
    labels: [],
    help: 'Real images that training steps were computed on. Its rate is images a second.',
  },
  scapis_synthesis_images_total: {
    type: 'counter',
    of: 'worker',
    labels: [],
    help: 'Synthetic images sampled. Its rate is images a second.',
  },
  scapis_storage_bytes: {
    type: 'gauge',
    of: 'worker',
    labels: [],
    help: 'Bytes of all objects in the storage, counted every quarter of an hour.',
  },
  scapis_storage_objects: {
    type: 'gauge',
    of: 'worker',
    labels: [],
    help: 'Objects in the storage, counted with their bytes.',
  },
  scapis_storage_free_bytes: {
    type: 'gauge',
    of: 'worker',
    labels: [],
    help: 'Room left on the disk of STORAGE_PATH.',
  },
} as const satisfies Record<string, MetricSpec>;

type Table = typeof metricTable;
export type MetricName = keyof Table;
type NameOf<Type extends MetricSpec['type']> = {
  [Name in MetricName]: Table[Name]['type'] extends Type ? Name : never;
}[MetricName];
export type CounterName = NameOf<'counter'>;
export type GaugeName = NameOf<'gauge'>;
export type HistogramName = NameOf<'histogram'>;
/** A value for each label of the metric. */
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<Table[Name]['labels'][number], string>
>;
