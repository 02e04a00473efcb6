import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findUnusable, lookForPeer } from './peers.ts';

const root = mkdtempSync(join(tmpdir(), 'scapis-peers-'));
afterAll(() => rmSync(root, { recursive: true }));

function program(folder: string, name: string, script: string, mode = 0o755): string {
  const path = join(root, folder, name);
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, mode);
  return path;
}

it('passes by a program that is only a stub, or no program, and takes the next', () => {
  const stub = program(
    'ubuntu',
    'chromium-browser',
    'echo "Command requires the chromium snap to be installed." >&2; exit 10',
  );
  const text = program('text', 'chromium', 'exit 0', 0o644);
  const real = program('real', 'google-chrome', 'echo "Google Chrome 150"');
  const path = ['ubuntu', 'text', 'real'].map((folder) => join(root, folder)).join(delimiter);
  expect(lookForPeer('chromium', path)).toBe(real);
  const [first, second] = findUnusable('chromium', path);
  expect(first).toBe(`${stub}: Command requires the chromium snap to be installed.`);
  expect(second).toContain(`${text}: `);
});

it('takes a program without a flag to ask by, if it runs at all', () => {
  const usage = program('dicom', 'dciodvfy', 'echo "Usage: dciodvfy" >&2; exit 1');
  expect(lookForPeer('dciodvfy', join(root, 'dicom'))).toBe(usage);
});
