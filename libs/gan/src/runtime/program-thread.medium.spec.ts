import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it(
  'a process that exits while its compute thread computes waits for it, and ends as it meant to',
  { timeout: 60_000 },
  async () => {
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'program-thread.fixture.ts'),
      ],
      { stdio: 'inherit' },
    );
    expect(await new Promise((resolve) => child.once('exit', (...how) => resolve(how)))).toEqual([
      7,
      null,
    ]);
  },
);
