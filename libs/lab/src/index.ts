export { createLab, type Lab, type LabParts } from './lab.ts';
export type { Principal } from './people/people.repository.ts';
export { ensureTerms } from './permits/terms.ts';
export type { Bundle, BundleDownload } from './release/download.service.ts';
export { type Receipt, verifyReceipt } from './release/receipt.ts';
