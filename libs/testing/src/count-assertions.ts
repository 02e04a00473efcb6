import { writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';

// Loaded before each test file (vitest.config.ts): counts the assertions that it executes, and
// leaves the sum where `npm test` adds them up.

const folder = process.env['TEST_REPORTS'];
let assertions = 0;
afterEach(() => {
  assertions += expect.getState().assertionCalls;
});
afterAll(() => {
  if (folder !== undefined)
    writeFileSync(join(folder, `${randomUUID()}.count`), String(assertions));
});
