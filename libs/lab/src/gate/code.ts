import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from '@scapis/contracts';
import { runtimeVersion } from '@scapis/gan';
import { findRepositoryRoot } from '@scapis/platform';
import { z } from 'zod';

let code: Evidence['code'] | null = null;

/** @returns which code judged: what someone needs to run the gate again to the same bytes. */
export function codeOfGate(): Evidence['code'] {
  code ??= {
    version: z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(findRepositoryRoot(), 'package.json'), 'utf8'))).version,
    onnxRuntime: runtimeVersion,
    node: process.version,
  };
  return code;
}
