import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRepositoryRoot } from '@scapis/platform';
import { describe, expect, it } from 'vitest';
import { codeOfGate, librariesOfGate } from './source-hash.ts';

describe('code of the gate', () => {
  it('is every library that the gate is made of', () => {
    const reached = new Set(['gate']);
    for (const library of reached) {
      for (const file of globSync(`libs/${library}/src/**/*.ts`, {
        cwd: findRepositoryRoot(),
      }).filter((name) => !/\.(spec|fixture)\.ts$/.test(name)))
        for (const [, name] of readFileSync(join(findRepositoryRoot(), file), 'utf8').matchAll(
          /from '@scapis\/([a-z]+)'/g,
        ))
          reached.add(name ?? '');
    }
    expect([...reached].sort()).toEqual([...librariesOfGate]);
  });

  it('names its version, its sources and what runs it', () => {
    expect(codeOfGate()).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      sourcesSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      onnxRuntime: expect.any(String),
      node: process.version,
    });
  });
});
