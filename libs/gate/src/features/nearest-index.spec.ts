import { describe, expect, it } from 'vitest';
import type { Features } from '../statistics/linear-algebra.ts';
import { searchNear, type SearchOptions } from './nearest-index.ts';
import { TaskContext } from '../task-context.ts';
import { gateStream, permutation } from '../statistics/random.ts';

const context = new TaskContext();
const width = 64;
const poses = 3;

/** Unit vectors in clouds, as embeddings lie: some places dense, some empty. */
function clouds(count: number, seed: number): Features {
  const random = gateStream(seed, 'bootstrap');
  const centres = random.normals(40 * width);
  const data = random
    .normals(count * width)
    .map((x, at) => x + 1.5 * centres[(Math.floor(at / width) % 40) * width + (at % width)]!);
  return { count, width, data: unit(data) };
}

function unit(data: Float32Array): Float32Array {
  for (let start = 0; start < data.length; start += width) {
    const length = Math.hypot(...data.subarray(start, start + width));
    for (let i = start; i < start + width; i += 1) data[i]! /= length;
  }
  return data;
}

/**
 * For each query one pose that lies `noise` of its length beside a template, and others that lie
 * anywhere.
 */
function plant(
  templates: Features,
  queries: number,
  noise: number,
): { sources: number[]; vectors: Float32Array } {
  const random = gateStream(7, 'planted');
  const sources = permutation(random, templates.count).slice(0, queries);
  const vectors = random.normals(queries * poses * width);
  sources.forEach((source, query) => {
    const at = (query * poses + (query % poses)) * width;
    for (let i = 0; i < width; i += 1)
      vectors[at + i] =
        templates.data[source * width + i]! + (noise / Math.sqrt(width)) * vectors[at + i]!;
  });
  return { sources, vectors: unit(vectors) };
}

interface Found {
  similarity: Float32Array;
  templates: Int32Array;
}

async function searchAll(
  templates: Features,
  vectors: Float32Array,
  options: Omit<SearchOptions, 'seed'>,
): Promise<Found[]> {
  const search = await searchNear(templates, context, { seed: 1, ...options });
  const write = (pose: number, query: number, to: Float32Array, at: number): void =>
    to.set(
      vectors.subarray((query * poses + pose) * width, (query * poses + pose + 1) * width),
      at,
    );
  const found: Found[] = [];
  await search(
    { queries: vectors.length / width / poses, poses, write },
    context,
    (query, similarity, rows) => {
      if (query !== found.length) throw new Error(`Query ${query} came out of order.`);
      found.push({ similarity: similarity.slice(), templates: rows.slice() });
    },
  );
  return found;
}

const nearest = ({ similarity, templates }: Found): { similarity: number; template: number } => {
  const at = similarity.indexOf(Math.max(...similarity));
  return { similarity: similarity[at] ?? NaN, template: templates[at] ?? -1 };
};

describe('the index of the copy search', () => {
  const templates = clouds(1_600, 3);
  const { sources, vectors } = plant(templates, 100, 0.5);
  const once = new Map<string, Promise<Found[]>>();
  const searched = (name: 'exact' | 'every list' | 'usual'): Promise<Found[]> => {
    const options = {
      exact: {},
      'every list': { exactUpTo: 0, probes: 40 },
      usual: { exactUpTo: 0 },
    }[name];
    const found = once.get(name) ?? searchAll(templates, vectors, options);
    once.set(name, found);
    return found;
  };

  it('is exact search up to the limit, over all templates', async () => {
    const [found] = await searched('exact');
    expect([...(found?.templates ?? [])]).toEqual([...Array(templates.count).keys()]);
    const [beyond] = await searchAll(templates, vectors.subarray(0, poses * width), {
      exactUpTo: templates.count - 1,
    });
    expect(beyond?.templates.length).toBeLessThan(templates.count);
  });

  it('equals exact search when every list is looked into', async () => {
    const indexed = await searched('every list');
    let farthest = 0;
    (await searched('exact')).forEach((own, query) => {
      const { templates: rows, similarity } = indexed[query]!;
      expect([...rows].sort((a, b) => a - b)).toEqual([...own.templates]);
      rows.forEach(
        (row, at) =>
          (farthest = Math.max(farthest, Math.abs(own.similarity[row]! - similarity[at]!))),
      );
    });
    expect(farthest).toBeLessThan(1e-5);
  });

  it('finds copies by its usual lists, and never anything nearer than there is', async () => {
    const exact = await searched('exact');
    const indexed = await searched('usual');
    const best = indexed.map(nearest);
    expect(
      best.filter(({ template }, query) => template === sources[query]).length / sources.length,
    ).toBeGreaterThanOrEqual(0.99);
    expect(
      best.filter(({ similarity }, query) => similarity > nearest(exact[query]!).similarity + 1e-6),
    ).toEqual([]);
    const lookedAt =
      indexed.reduce((sum, { templates: rows }) => sum + rows.length, 0) / indexed.length;
    expect(lookedAt).toBeLessThan(0.8 * templates.count);
    expect(indexed.every(({ templates: rows }) => new Set(rows).size === rows.length)).toBe(true);
  });

  it('gives the same bytes twice, however many queries come together', async () => {
    const usual = await searched('usual');
    expect(await searchAll(templates, vectors, { exactUpTo: 0 })).toEqual(usual);
    const part = await searchAll(templates, vectors.subarray(0, 20 * poses * width), {
      exactUpTo: 0,
    });
    expect(part).toEqual(usual.slice(0, 20));
  });
});
