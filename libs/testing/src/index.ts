export { bareEnvironment } from './bare-environment.ts';
export {
  findPeer,
  findUnusable,
  lookForPeer,
  lookForSoftwareVulkan,
  type PeerName,
  peers,
  softwareVulkan,
} from './peers.ts';
export { chance, testSeed } from './seed.ts';
export { openTestDatabase, type TestDatabase } from './test-database.ts';
export { countRowsRead } from './rows-read.ts';
export { smallPdf, toZip } from './uploads.ts';
