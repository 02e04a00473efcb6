import { spawn } from 'node:child_process';
import { findRepositoryRoot } from '../config/root.ts';

/**
 * Builds gateway and web app where they have changed (Nx's cache answers otherwise). @throws Error
 * with the builder's own words.
 */
export async function buildApps(): Promise<void> {
  const child = spawn('nx', ['run-many', '-t', 'build', '--outputStyle=static'], {
    cwd: findRepositoryRoot(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('exit', resolve),
  );
  if (code !== 0) throw new Error(`The gateway or the web app could not be built:\n${output}`);
}
