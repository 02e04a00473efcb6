import { evaluate, input } from '@scapis/numerics';
import { describe, expect, it } from 'vitest';
import { blobImages } from '../images/blobs.fixture.ts';
import { ntXent, trainEncoder } from './encoder.ts';
import { randomConvFeatures } from './random-conv.ts';
import { TaskContext } from '../task-context.ts';

const context = new TaskContext();

describe('NT-Xent', () => {
  it('equals the hand-computed loss of two pairs', () => {
    // Views a, b and their partners a, b: each row sees its partner at similarity 1 and two others
    // at 0, tau 0.5: log(e² + 2) - 2.
    const loss = ntXent(input('views', [4, 2]), 0.5);
    const [value] = evaluate([loss], { views: Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1) });
    expect(value?.[0]).toBeCloseTo(Math.log(Math.exp(2) + 2) - 2, 3);
  });
});

describe('encoder', () => {
  it('says how many images it needs', async () => {
    await expect(
      trainEncoder(blobImages({ seed: 1, people: 20 }), context, { seed: 1 }),
    ).rejects.toThrow('at least 128');
  });
});

describe('random features', () => {
  const images = blobImages({ seed: 1, people: 3 });
  it('are the same always and differ between images', async () => {
    const [a, b] = [
      await randomConvFeatures(images, context),
      await randomConvFeatures(images, context),
    ];
    expect(a.data).toEqual(b.data);
    expect(a.data.subarray(0, a.width)).not.toEqual(a.data.subarray(a.width, 2 * a.width));
  });
});
