export type { LabContext } from './context.ts';
export { createLab, type Lab } from './lab.ts';
export type { Principal } from './access/people.repository.ts';
export { ensureTerms } from './permits/terms.ts';
export type { Bundle, BundleDownload } from './release/download.service.ts';
export { judgeReceipt } from './release/receipt.ts';
