export {
  createClient,
  type CallInput,
  type CallOutput,
  type LabClient,
  type ClientOptions,
  type OperationName,
  type Schemas,
} from './client.ts';
export { ClientError } from './client-error.ts';
export type { DownloadOptions, DownloadPart } from './download.ts';
export { Sha256 } from './sha256.ts';
export type { SubscribeOptions } from './subscribe.ts';
