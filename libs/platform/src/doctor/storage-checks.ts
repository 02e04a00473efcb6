import { statfs } from 'node:fs/promises';
import { LabError } from '@scapis/contracts';
import { ConfigError } from '../config/config.ts';
import { openFolderDriver } from '../storage/folder-driver.ts';
import { type Finding, judge, ok, wrong } from './checks.ts';

export async function checkStorage(folder: string, leastFreeBytes: number): Promise<Finding[]> {
  try {
    const blob = await (await openFolderDriver(folder)).create();
    await blob.write(Buffer.alloc(4096, 1));
    await blob.abort();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof LabError)
      return [wrong('storage.writable', `${folder}: ${causeOf(error)}`)];
    throw error;
  }
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  return [
    ok('storage.writable', folder),
    judge('storage.space', free >= leastFreeBytes, `${(free / 1e9).toFixed(1)} GB free`),
  ];
}

function causeOf(error: ConfigError | LabError): string {
  const cause = error instanceof LabError ? error : error.cause;
  return cause instanceof LabError ? `${cause.privateDetail ?? cause.code}` : error.name;
}
