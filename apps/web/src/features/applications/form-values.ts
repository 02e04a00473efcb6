import type { Schemas } from '@scapis/client';
import type { ApplicationForm } from '@scapis/contracts';

export function toForm(application: Schemas['Application']): ApplicationForm {
  const { title, organisation, responsibleResearcher, purpose, ethicsNumber } = application;
  return {
    title,
    organisation,
    responsibleResearcher,
    purpose,
    ethicsNumber,
    ethicsValidUntil: application.ethicsValidUntil ?? '',
    accessUntil: application.accessUntil ?? '',
    datasetIds: application.datasets.map((dataset) => dataset.id),
  };
}

/** An empty date field holds '', which the lab knows as null. */
export function toDraft(values: ApplicationForm): Schemas['ApplicationDraft'] {
  return {
    ...values,
    ethicsValidUntil: values.ethicsValidUntil || null,
    accessUntil: values.accessUntil || null,
  };
}
