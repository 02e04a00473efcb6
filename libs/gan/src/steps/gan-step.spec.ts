import { describe, expect, it } from 'vitest';
import { input, printGraph, type Tensor } from '@scapis/numerics';
import { discriminator, generator, networkLayouts } from '../networks/architecture.ts';
import { latentSize, toGanConfig } from '../config.ts';
import { ganStep } from './gan-step.ts';
import { lossNames, stateLayouts } from './state.ts';

const config = toGanConfig({
  size: 16,
  latentLength: 2,
  generatorChannels: [4, 4, 4],
  discriminatorChannels: [4, 4],
  featureLength: 8,
  batch: 2,
  augmentation: { translation: 1 },
});
const [g, d] = [generator(config), discriminator(config)];
const layouts = networkLayouts(config);
const symbols = (layout: typeof layouts.generator): Record<string, Tensor> =>
  Object.fromEntries(layout.entries.map(({ name, shape }) => [name, input(name, shape)]));

describe('the forward passes', () => {
  it('of the generator', () => {
    expect(
      printGraph({
        images: g.forward(
          symbols(layouts.generator),
          input('z', [1, latentSize(config)]),
          input('labels', [1, 9]),
        ),
      }),
    ).toMatchSnapshot();
  });
  it('of the discriminator', () => {
    expect(
      printGraph({
        logits: d.forward(
          symbols(layouts.discriminator),
          input('images', [1, 1, 16, 16]),
          input('labels', [1, 9]),
        ),
      }),
    ).toMatchSnapshot();
  });
});

describe('the step', () => {
  it.each([false, true])('gives every loss and every state (with penalty: %s)', (withPenalty) => {
    const outputs = ganStep(config, layouts, { withPenalty });
    const states = Object.entries(stateLayouts(config, layouts));
    expect(Object.keys(outputs).sort()).toEqual(
      [...lossNames, ...states.map(([name]) => `next.${name}`)].sort(),
    );
    for (const [name, layout] of states)
      expect(outputs[`next.${name}`]?.shape).toEqual([layout.size]);
  });

  it('leaves out the classifier where the generator is not guided', () => {
    const unguided = { ...config, guidance: null };
    const text = printGraph(ganStep(unguided, layouts, { withPenalty: false }));
    expect(text).not.toContain('classifier [');
    expect(Object.keys(stateLayouts(unguided, layouts))).not.toContain('classifier');
  });

  it("is no unrolled step: the generator does not differentiate the discriminator's update", () => {
    // Forward on both, backward to weights and images of both, forward twice more, backward to the
    // generated images only.
    const text = printGraph(
      ganStep({ ...config, guidance: null }, layouts, { withPenalty: false }),
    );
    const count = (op: string): number =>
      text.split('\n').filter((line) => line.includes(` = ${op} `)).length;
    const [up, down, blur] = [2, 2, 1];
    expect(count('convWeightGradient')).toBe(down + up + 1);
    expect(count('conv')).toBe(3 * down + 1 + up + blur);
    expect(count('convInputGradient')).toBe(up + (down - 1) + down + 1 + blur);
  });
});
