import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from '@scapis/contracts';
import { runtimeVersion } from '@scapis/gan';
import { findRepositoryRoot } from '@scapis/platform';
import { z } from 'zod';

/** Libraries whose sources decide what the gate finds: its own and those that it is made of. */
export const librariesOfGate = ['contracts', 'gan', 'gate', 'numerics'] as const;

let code: Evidence['code'] | null = null;

/** @returns which code judged: what someone needs to run the gate again to the same bytes. */
export function codeOfGate(): Evidence['code'] {
  const root = findRepositoryRoot();
  code ??= {
    version: z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).version,
    sourcesSha256: hashSources(root),
    onnxRuntime: runtimeVersion,
    node: process.version,
  };
  return code;
}

/** @returns sha256 over name and content of each source file, sorted by name; tests are none. */
function hashSources(root: string): string {
  const hash = createHash('sha256');
  const files = librariesOfGate
    .flatMap((library) => globSync(`libs/${library}/src/**/*.ts`, { cwd: root }))
    .filter((file) => !/\.(spec|fixture)\.ts$/.test(file));
  for (const file of files.sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}
