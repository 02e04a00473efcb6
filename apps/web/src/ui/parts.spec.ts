import { describe, expect, it } from 'vitest';
import { gateThresholds } from '@scapis/contracts';
import { toSteps } from '../features/cohorts/cohort-steps.ts';
import {
  changesBetween,
  thresholdBounds,
  thresholdNames,
} from '../features/datasets/threshold-changes.ts';
import { decadeTicks, extentOf, niceTicks, thin } from '../charts/chart-scale.ts';
import { box, layOut } from '../features/audit/provenance-layout.ts';
import { lookupTable, toHu, zoomAt } from '../viewer/slice-image.ts';

describe('chart scales', () => {
  it('tick at round numbers within the data', () => {
    expect(niceTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(-3.2, 12.1)).toEqual([0, 5, 10]);
    expect(niceTicks(0.1, 0.3, 4)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3]);
  });

  it('tick at powers of ten on an axis of decades', () => {
    expect(decadeTicks(-3, 0)).toEqual([0.001, 0.01, 0.1, 1]);
    expect(decadeTicks(-2.6, -0.2)).toEqual([0.01, 0.1]);
    expect(decadeTicks(0.2, 0.7)).toEqual([]);
  });

  it('stand on finite values and never have no width', () => {
    expect(extentOf([NaN, 2, Infinity, 5])).toEqual([2, 5]);
    expect(extentOf([3])).toEqual([2.5, 3.5]);
    const ticks = niceTicks(...extentOf([0.3, 0.1 + 0.2]));
    expect(new Set(ticks).size).toBe(ticks.length);
    expect(extentOf([])).toEqual([0, 1]);
  });

  it('thin long curves and keep both ends', () => {
    const points = Array.from({ length: 12_345 }, (_, index) => index);
    const thinned = thin(points, 500);
    expect([thinned.length, thinned[0], thinned.at(-1)]).toEqual([500, 0, 12_344]);
  });
});

describe('the slice window', () => {
  it('shows its centre as mid grey and clips beyond its width', () => {
    const table = lookupTable({ centre: -600, width: 1_500 });
    const gray = Array.from({ length: 256 }, (_, index) => index);
    const atCentre = gray.reduce((best, each) =>
      Math.abs(toHu(each) + 600) < Math.abs(toHu(best) + 600) ? each : best,
    );
    expect(Math.abs((table[atCentre] ?? 0) - 127.5)).toBeLessThan(1.5);
    expect(table[255]).toBe(255);
    expect([...lookupTable({ centre: 0, width: 2_000 })]).toEqual(gray);
  });

  it('zooms about the pointer and no farther than the whole image', () => {
    const view = zoomAt({ zoom: 2, x: 10, y: -4 }, 1.5, { x: 100, y: 60 }, 1);
    expect((100 - view.x) / view.zoom).toBeCloseTo((100 - 10) / 2);
    expect((60 - view.y) / view.zoom).toBeCloseTo((60 + 4) / 2);
    expect(zoomAt(view, 0.01, { x: 0, y: 0 }, 1).zoom).toBe(1);
  });
});

describe('the provenance graph', () => {
  const node = (id: string) => ({ kind: 'dataset' as const, id, title: id, at: null });
  const edge = (from: string, to: string) => ({ from, relation: 'wasDerivedFrom' as const, to });

  it('puts what came of a thing to its right, and nothing on top of another', () => {
    const { nodes, byId } = layOut({
      nodes: ['c', 'b1', 'b2', 'a'].map(node),
      edges: [edge('b1', 'a'), edge('b2', 'a'), edge('c', 'b1'), edge('c', 'a')],
    });
    const x = (id: string): number => byId.get(id)?.x ?? NaN;
    expect(x('a')).toBeLessThan(x('b1'));
    expect(x('b1')).toBe(x('b2'));
    expect(x('c') - x('b1')).toBe(box.width + box.gapX);
    expect(new Set(nodes.map((placed) => `${placed.x} ${placed.y}`)).size).toBe(4);
  });

  it('draws a damaged graph too: a cycle, an edge to nowhere', () => {
    expect(
      layOut({
        nodes: ['a', 'b'].map(node),
        edges: [edge('a', 'b'), edge('b', 'a'), edge('a', 'gone')],
      }).nodes,
    ).toHaveLength(2);
  });
});

describe('the way of a cohort', () => {
  const t = ((key: string) => key) as Parameters<typeof toSteps>[1];
  const statusesOf = (state: Parameters<typeof toSteps>[0]['state']) =>
    toSteps({ state, isOverridden: state === 'overridden' }, t)
      .map((step) => step.status)
      .join(' ');

  it('shows what is done, what goes on and where it ended', () => {
    expect(statusesOf('gating')).toBe('done done now later later later later');
    expect(statusesOf('released')).toBe('done done done done done done done');
    expect(statusesOf('refused')).toBe('done done done failed later later later');
    expect(statusesOf('failed')).toBe('failed later later later later later later');
  });

  it('goes on where two people have overridden the gate, and says so at that step for ever', () => {
    expect(statusesOf('overridden')).toBe('done done done now later later later');
    for (const state of ['overridden', 'released'] as const)
      expect(toSteps({ state, isOverridden: true }, t).map((step) => step.label)[3]).toBe(
        'states.overridden',
      );
  });
});

describe('the limits of the gate', () => {
  const before = gateThresholds.parse({});

  it('say which way each was changed, and nothing of one that is being typed', () => {
    expect(
      changesBetween(before, {
        ...before,
        minimumCell: 5,
        subgroupGap: 0.01,
        densityRatioHigh: 1.5,
        utilityRatio: NaN,
      }),
    ).toEqual([
      { name: 'minimumCell', before: 10, after: 5, isStricter: false },
      { name: 'densityRatioHigh', before: 1.3, after: 1.5, isStricter: false },
      { name: 'subgroupGap', before: 0.05, after: 0.01, isStricter: true },
    ]);
    expect(changesBetween(before, { ...before })).toEqual([]);
  });

  it.each(thresholdNames)('%s: has bounds, and its default lies within them', (name) => {
    const { min, max } = thresholdBounds(name);
    expect([before[name] >= min, before[name] <= max, Number.isFinite(max - min)]).toEqual([
      true,
      true,
      true,
    ]);
  });
});
