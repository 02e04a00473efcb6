import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canaryTransformationNames,
  gateChecks,
  gateThresholds,
  thresholdRows,
  type CheckRow,
  type Evidence,
} from '@scapis/contracts';
import { runtimeVersion } from '@scapis/gan';
import { findRepositoryRoot } from '@scapis/platform';
import { z } from 'zod';

/**
 * Source files that decide the verdict: the gate, what computes for it, the verdict rule, and the
 * accountant behind check P7. Not the rest of libs/gan (training, generators). The tables of
 * contracts hold sentences too: `factsOfContracts` is hashed instead of them.
 */
const sourceGlobs = [
  'libs/gate/src/task-context.ts',
  'libs/gate/src/{attacks,checks,copies,features,fidelity,images,run,statistics,utility}/*.ts',
  'libs/numerics/src/*.ts',
  'libs/gan/src/{base,runtime,steps}/*.ts',
  'libs/domain/src/{gate-rules,privacy-accountant,special-functions}.ts',
  'libs/contracts/src/{compute,labels}.ts',
  'libs/contracts/src/gate/{check-result,evidence}.ts',
] as const;
const testFiles = /\.(spec|fixture)\.ts$|\/(testing|__\w+__)\/|\/(op-cases|check-gradients)\.ts$/;

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

/** @returns the files that decide the verdict, sorted, relative to the root; tests are none */
export function listSources(root: string): string[] {
  return sourceGlobs
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((file) => !testFiles.test(file))
    .sort();
}

/**
 * @returns what the tables of contracts say that decides a verdict, without their words: so a comma
 * in a sentence is not another judge
 */
export function factsOfContracts(): unknown {
  return {
    checks: Object.entries<CheckRow>(gateChecks).map(([name, row]) => ({
      name,
      id: row.id,
      family: row.family,
      unit: row.unit,
      isReport: row.isReport ?? false,
      tests: row.tests ?? 0,
    })),
    thresholds: gateThresholds.parse({}),
    stricterWhen: Object.entries(thresholdRows).map(([name, row]) => [name, row.stricterWhen]),
    canaryTransformationNames,
  };
}

/** @returns sha256 over name and content of each source file, and the facts of contracts */
function hashSources(root: string): string {
  const hash = createHash('sha256');
  for (const file of listSources(root))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.update(JSON.stringify(factsOfContracts())).digest('hex');
}
