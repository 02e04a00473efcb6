/**
 * Every error a person or a client can meet: one row each, with the HTTP status and a sentence that
 * says what to do. The sentence is safe to show: it never holds an identity, a path or another
 * person's data. Details for the log go in `privateDetail`.
 */
export const errors = {
  invalid_input: {
    status: 400,
    text: 'The request is not in the form this page expects. See the listed fields.',
  },
  not_signed_in: {
    status: 401,
    text: 'You are not signed in, or your session has ended. Sign in again.',
  },
  forbidden: {
    status: 403,
    text: 'You may not do this now. The conditions that are not met are listed.',
  },
  cross_site_request: {
    status: 403,
    text: 'This request came from another site and was refused. Open the lab itself and try again.',
  },
  not_found: { status: 404, text: 'There is no such thing, or you may not see it.' },
  conflict: {
    status: 409,
    text: 'Someone changed this meanwhile. Load the page again and repeat what you did.',
  },
  wrong_state: { status: 409, text: 'This cannot be done in the present state.' },
  already_voted: { status: 409, text: 'You have already voted here. A vote is final.' },
  conflict_of_interest: {
    status: 403,
    text: 'You belong to the team or are the author, so you may not take part in this decision.',
  },
  too_large: {
    status: 413,
    text: 'The upload is larger than the lab takes in one piece. Split it and upload the parts.',
  },
  range_not_satisfiable: { status: 416, text: 'The requested byte range lies outside the file.' },
  upload_invalid: { status: 422, text: 'The upload could not be read. Nothing of it was kept.' },
  upload_empty: {
    status: 422,
    text: 'The upload holds no file. Choose a zip that holds DICOM files.',
  },
  upload_hostile: {
    status: 422,
    text: 'The archive was refused because it could harm the lab. Nothing of it was kept.',
  },
  dataset_too_small: {
    status: 422,
    text: 'The dataset has too few people for this. Take in more people or merge labels.',
  },
  thresholds_unchanged: {
    status: 422,
    text: 'These are the limits in force already. Change at least one, or leave them as they are.',
  },
  override_incomplete: {
    status: 422,
    text: 'An override names every privacy check that failed, and no other. Load the page again and name those that it lists.',
  },
  privacy_required: {
    status: 422,
    text: 'This dataset takes only training with differential privacy. Turn it on and choose an epsilon.',
  },
  privacy_budget_exceeded: {
    status: 422,
    text: 'The dataset has less privacy budget left than this run would spend. Choose more noise, fewer steps or a lower epsilon.',
  },
  training_diverged: {
    status: 422,
    text: 'Training gave numbers that are not finite and was stopped. The last good checkpoint is kept.',
  },
  training_memorised: {
    status: 422,
    text: 'Training memorised people from the start and was stopped before it had a generator to keep. Take in more people, or augment more strongly.',
  },
  training_too_large: {
    status: 422,
    text: 'Training needs more memory than a worker of this lab has. Take a smaller batch or a narrower network.',
  },
  checkpoint_unusable: {
    status: 422,
    text: 'The run cannot go on from that one: it has no checkpoint, has not ended, belongs elsewhere, or its networks have another width; and no run goes on from or into a private one, whose cost would not be counted.',
  },
  checkpoint_damaged: {
    status: 422,
    text: 'The checkpoint is damaged or of another version, and there is none before it. Start a new run.',
  },
  too_many_requests: { status: 429, text: 'Too many requests. Wait a little and try again.' },
  internal: {
    status: 500,
    text: 'Something went wrong in the lab. Report the request id to the lab.',
  },
  configuration_invalid: {
    status: 500,
    text: 'The lab is not set up right. See the listed settings.',
  },
  database_unavailable: {
    status: 503,
    text: 'The lab cannot reach its database just now. Nothing was lost; try again in a moment.',
  },
  queue_unavailable: {
    status: 503,
    text: 'The lab cannot reach its queue just now. Nothing was lost; try again in a moment.',
  },
  identity_unavailable: {
    status: 503,
    text: 'The lab cannot reach its identity provider just now. Try again in a moment.',
  },
  storage_full: {
    status: 507,
    text: 'The lab has no disk space left. Nothing half-written was kept; free space, then try again.',
  },
  storage_damaged: {
    status: 500,
    text: 'A stored file does not match its checksum. Restore it from the backup.',
  },
} as const satisfies Record<string, { status: number; text: string }>;

export type ErrorCode = keyof typeof errors;

/**
 * The one error class that reaches people. `details` is shown with the sentence (field errors,
 * unmet conditions); `privateDetail` is only logged.
 */
export class LabError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly privateDetail: string | undefined;

  constructor(
    code: ErrorCode,
    options: { text?: string; details?: unknown; privateDetail?: string; cause?: unknown } = {},
  ) {
    super(
      options.text ?? errors[code].text,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'LabError';
    this.code = code;
    this.details = options.details;
    this.privateDetail = options.privateDetail;
  }

  get status(): number {
    return errors[this.code].status;
  }
}
