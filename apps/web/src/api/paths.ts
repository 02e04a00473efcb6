import type { ObjectKind } from '@scapis/contracts';

/** The page that shows an object of each kind; null where none does. */
const pages: Record<ObjectKind, ((id: string) => string) | null> = {
  person: null,
  application: (id) => `/applications/${id}`,
  permit: (id) => `/permits/${id}`,
  terms: null,
  dataset: (id) => `/datasets/${id}`,
  'dataset-version': (id) => `/dataset-versions/${id}`,
  'training-run': (id) => `/training-runs/${id}`,
  ensemble: (id) => `/ensembles/${id}`,
  checkpoint: null,
  'generator-import': (id) => `/generator-imports/${id}`,
  generator: null,
  'synthesis-run': null,
  cohort: null,
  'cohort-version': (id) => `/cohorts/${id}`,
  'gate-run': null,
  review: null,
  download: null,
  receipt: () => '/receipts',
  'threshold-version': null,
  override: null,
  session: null,
  audit: () => '/audit',
};

export const pathOf = (kind: ObjectKind, id: string): string | null => pages[kind]?.(id) ?? null;
