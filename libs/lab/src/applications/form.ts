import { applicationForm, type ApplicationForm } from '@scapis/contracts';

/** What has been filled in so far; days as YYYY-MM-DD. */
export interface FilledForm extends Omit<ApplicationForm, 'ethicsValidUntil' | 'accessUntil'> {
  ethicsValidUntil: string | null;
  accessUntil: string | null;
  hasEthicsDocument: boolean;
}

/**
 * Names of the fields that must still be filled in or mended before the form can be sent in; empty
 * when it is complete. Beyond the form's schema: the ethics decision must be attached and in force,
 * and cover the whole access asked for.
 * @param today YYYY-MM-DD in Sweden.
 */
export function findMissingFields(form: FilledForm, today: string): string[] {
  const missing = new Set<string>();
  const parsed = applicationForm.safeParse(form);
  for (const issue of parsed.error?.issues ?? []) missing.add(String(issue.path[0]));
  if (!form.hasEthicsDocument) missing.add('ethicsDocument');
  if (form.ethicsValidUntil !== null && form.ethicsValidUntil < today)
    missing.add('ethicsValidUntil');
  if (
    form.accessUntil !== null &&
    (form.accessUntil < today ||
      (form.ethicsValidUntil !== null && form.accessUntil > form.ethicsValidUntil))
  )
    missing.add('accessUntil');
  return [...missing];
}
