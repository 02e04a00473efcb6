import type { ErrorCode } from '@scapis/contracts';

export const errorsMessages = {
  errors: {
    network: 'The lab did not answer. Check the connection and try again.',
    invalid_input: 'What was sent does not have the form this page expects.',
    not_signed_in: 'You are not signed in, or your session has ended. Sign in again.',
    forbidden: 'You may not do this now.',
    cross_site_request:
      'This came from another site and was refused. Open the lab itself and try again.',
    not_found: 'There is no such thing, or you may not see it.',
    conflict: 'Someone changed this meanwhile. Load the page again and repeat what you did.',
    wrong_state: 'This cannot be done in the present state.',
    already_voted: 'You have already voted here. A vote is final.',
    conflict_of_interest:
      'You belong to the team or are the author, so you may not take part in this decision.',
    too_large:
      'The upload is larger than the lab takes in one piece. Split it and upload the parts.',
    range_not_satisfiable: 'The part asked for lies outside the file.',
    upload_invalid: 'The upload could not be read. Nothing of it was kept.',
    upload_empty: 'The upload holds no file. Choose a zip that holds DICOM files.',
    upload_hostile:
      'The archive was refused because it could harm the lab. Nothing of it was kept.',
    dataset_too_small:
      'The dataset has too few people for this. Take in more people or merge labels.',
    privacy_required:
      'This dataset takes only training with differential privacy. Turn it on and choose an epsilon.',
    privacy_budget_exceeded:
      'The dataset has less privacy budget left than this run would spend. Choose more noise, fewer steps or a lower epsilon.',
    training_diverged:
      'Training gave numbers that are not finite and was stopped. The last good checkpoint is kept.',
    training_memorised:
      'Training memorised people from the start and was stopped before it had a generator to keep. Take in more people, or augment more strongly.',
    training_too_large:
      'Training needs more memory than a worker of this lab has. Take a smaller batch or narrower networks.',
    checkpoint_unusable:
      'The run cannot go on from that one: it has no checkpoint, has not ended, belongs elsewhere, or its networks have another size; and no run goes on from or into a private one, whose cost would not be counted.',
    checkpoint_damaged:
      'The checkpoint is damaged or of another version, and there is none before it. Start a new run.',
    too_many_requests: 'Too many requests. Wait a little and try again.',
    internal: 'Something went wrong in the lab. Report the request id to the lab.',
    configuration_invalid: 'The lab is not set up right.',
    database_unavailable:
      'The lab cannot reach its database just now. Nothing was lost; try again in a moment.',
    queue_unavailable:
      'The lab cannot reach its queue just now. Nothing was lost; try again in a moment.',
    identity_unavailable:
      'The lab cannot reach its identity provider just now. Try again in a moment.',
    storage_full: 'The lab has no disk space left. Nothing half-written was kept.',
    storage_damaged: 'A stored file does not match its checksum. The lab must restore it.',
    thresholds_unchanged:
      'These are the limits in force already. Change at least one, or leave them as they are.',
    override_incomplete:
      'An override names every privacy check that failed, and no other. Load the page again and name those that it lists.',
  } satisfies Record<ErrorCode | 'network', string>,
};
