import { fromTrainingView } from '@scapis/imaging';
import { describe, expect, it } from 'vitest';
import { decodePack, encodePack, imageOf, toImageSet, type ImagePack } from './image-pack.ts';

const pack: ImagePack = {
  size: 2,
  people: [
    {
      pseudonym: 'P-Å',
      labels: { calciumGrade: 'none', sex: 'male', ageBand: '50-54' },
      split: 'T',
    },
    {
      pseudonym: 'P-B',
      labels: { calciumGrade: 'severe', sex: 'female', ageBand: '60-64' },
      split: 'H',
    },
  ],
  personOf: [0, 1, 0],
  hu: Int16Array.from([-1000, 0, 500, 1000, 1, 2, 3, 4, -5, -6, -7, -8]),
};

describe('an image pack', () => {
  it('comes back as it was', () => {
    expect(decodePack(encodePack(pack))).toEqual(pack);
    expect(decodePack(Buffer.concat([Buffer.alloc(3), encodePack(pack)]).subarray(3))).toEqual(
      pack,
    );
  });

  it('gives the images of one split, in [-1, 1]', () => {
    const { images, splits } = toImageSet(pack, ['T']);
    expect(images.count).toBe(2);
    expect([...images.pixels.subarray(0, 4)]).toEqual([-1, 0, 0.5, 1]);
    expect(images.subjects).toEqual(['P-Å', 'P-Å']);
    expect(splits).toEqual(['T', 'T']);
    expect(fromTrainingView(images.pixels.subarray(0, 4))).toEqual(imageOf(pack, 0));
  });

  it.each([
    ['other bytes', new TextEncoder().encode('not an image pack')],
    ['a cut one', encodePack(pack).subarray(0, -2)],
    ['a longer one', Buffer.concat([encodePack(pack), Buffer.alloc(2)])],
  ])('is not read from %s', (_, bytes) => {
    expect(() => decodePack(bytes)).toThrow(/image pack/);
  });
});
