import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { softwareVulkan } from '@scapis/testing';
import { describe, expect, it } from 'vitest';
import type { Computed } from './webgpu.fixture.ts';

// Training and sampling on WebGPU over a software Vulkan driver, beside the CPU. The driver is
// SwiftShader, which Chromium brings along with its loader: what is shown is that the graphs
// compile and agree, not how fast a GPU is.

/** Starts the fixture as a process of its own. @returns its exit code and all that it printed */
async function start(
  provider: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'webgpu.fixture.ts'), provider],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await closed, out, err };
}

function parse({ out, err }: { out: string; err: string }): Computed {
  const line = out.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`the computing process gave no result: ${err}`);
  return JSON.parse(line) as Computed;
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);
}

describe('WebGPU over a software Vulkan driver', { timeout: 240_000 }, () => {
  it('trains and samples as the CPU does, to rounding', async () => {
    const [cpu, gpu] = (
      await Promise.all([start('cpu', {}), start('webgpu', softwareVulkan())])
    ).map(parse);
    expect([cpu?.provider, gpu?.provider]).toEqual(['cpu', 'webgpu']);
    if (cpu === undefined || gpu === undefined) return;
    expect(largestDifference(cpu.firstImages, gpu.firstImages)).toBeLessThan(1e-5);
    // One float32 rounding per operation at first; the optimiser's division by a small root makes
    // it more with each step. Measured: 1e-7.
    expect(largestDifference(cpu.images, gpu.images)).toBeLessThan(1e-4);
    expect(largestDifference(cpu.images, cpu.firstImages)).toBeGreaterThan(1e-3);
    expect(gpu.losses).toHaveLength(cpu.losses.length);
    for (const [step, losses] of cpu.losses.entries()) {
      const other = gpu.losses[step] ?? {};
      // The loss sees logits by their difference alone, so their common level has no gradient but
      // rounding, which Adam then enlarges.
      const compared = Object.entries(losses).filter(
        ([name]) => name !== 'realLogit' && name !== 'fakeLogit',
      );
      for (const [name, value] of compared)
        expect(Math.abs((other[name] ?? NaN) - value)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
    }
  });

  it('says what to do where there is no driver', async () => {
    const { code, err } = await start('webgpu', {
      VK_ICD_FILENAMES: '/nowhere.json',
      VK_DRIVER_FILES: '/nowhere.json',
    });
    expect(code).not.toBe(0);
    expect(err).toMatch(/no compute provider of the list can be used; add cpu to it/);
    expect(err).toMatch(/webgpu cannot be used here .*libvulkan1/);
  });
});
