import { describe, expect, it } from 'vitest';
import { phantomSubject, type PhantomSubject } from '../subject/subject.ts';
import { heartOutline, phantomSlice } from './slice.ts';

const people = Array.from({ length: 12 }, (_, index) => phantomSubject({ seed: 'slices', index }));
const [someone] = people as [PhantomSubject];

/** Mean HU of a small square of the ideal slice about a point of the person. */
function huAt(subject: PhantomSubject, z: number, x: number, y: number): number {
  const hu = phantomSlice(subject, z, {
    scan: 'ideal',
    matrix: 8,
    fieldOfViewMm: 3,
    centreMm: [x, y],
  });
  return hu.reduce((sum, value) => sum + value, 0) / hu.length;
}

function distance(a: Int16Array, b: Int16Array): number {
  return Math.sqrt(
    a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0) / a.length,
  );
}

describe('phantomSlice', () => {
  it('draws the same slice again', () => {
    expect(phantomSlice(someone, 3)).toEqual(
      phantomSlice(phantomSubject({ seed: 'slices', index: 0 }), 3),
    );
  });

  it('shows each organ at its density in every person', () => {
    for (const person of people) {
      const { heart, spine, descendingAorta, cavity, body, fatMm } = person.anatomy;
      expect(huAt(person, 0, heart.x, heart.y)).toBeGreaterThan(30);
      expect(huAt(person, 0, heart.x, heart.y)).toBeLessThan(60);
      expect(huAt(person, 0, spine.x, spine.y)).toBeCloseTo(spine.trabecularHu, -1);
      expect(huAt(person, 0, ...descendingAorta)).toBeGreaterThan(25);
      expect(huAt(person, 0, ...descendingAorta)).toBeLessThan(60);
      expect(huAt(person, 0, spine.x, spine.y + spine.ry + 6.5)).toBeLessThan(80);
      expect(huAt(person, 0, -body.rx + fatMm * 0.55, 20)).toBeLessThan(-60);
      expect(huAt(person, 0, 0, -168)).toBeLessThan(-950);
      expect(huAt(person, -45, -cavity.rx * 0.5, -4)).toBeCloseTo(58, 0);
      const lung = huAt(person, 0, -cavity.rx * 0.75, -10);
      expect(lung).toBeGreaterThan(-1000);
      expect(lung).toBeLessThan(-600);
    }
  });

  it('holds only CT numbers, air around the person, and about a third of the picture lung and soft tissue', () => {
    for (const person of people) {
      const hu = phantomSlice(person, 0);
      expect(Math.min(...hu)).toBeGreaterThanOrEqual(-1024);
      expect(Math.max(...hu)).toBeLessThan(1400);
      const shareOf = (low: number, high: number): number =>
        hu.filter((value) => value >= low && value < high).length / hu.length;
      expect(shareOf(-1024, -940)).toBeGreaterThan(0.2);
      expect(shareOf(-940, -700)).toBeGreaterThan(0.1);
      expect(shareOf(-150, 150)).toBeGreaterThan(0.2);
      expect(shareOf(150, 3000)).toBeGreaterThan(0.008);
    }
  });

  it('has a heart that ends above and below', () => {
    expect(heartOutline(someone, 0)).not.toBeNull();
    expect(heartOutline(someone, 60)?.rx ?? 0).toBeLessThan(
      (heartOutline(someone, 0)?.rx ?? 0) * 0.7,
    );
  });

  it('puts two scans of one person nearer to each other than two people', () => {
    const first = people.map((person) => phantomSlice(person, 0));
    const again = people.map((person) => phantomSlice(person, 0, { scan: 1 }));
    const nearest = again.map((scan) => {
      const distances = first.map((other) => distance(scan, other));
      return distances.indexOf(Math.min(...distances));
    });
    expect(nearest).toEqual(people.map((_, index) => index));
    expect(again[0]).not.toEqual(first[0]);
  });

  it('shows sex: more tissue in front of the chest wall in women', () => {
    const inFront = (person: PhantomSubject): number =>
      huAt(person, 0, 0.55 * person.anatomy.body.rx, -person.anatomy.body.ry - 4);
    for (const person of people) expect(inFront(person) > -300).toBe(person.sex === 'female');
  });

  it('refuses what it has no anatomy or no room for', () => {
    expect(() => phantomSlice(someone, 61)).toThrow(/ends at -60 and 60 mm/);
    expect(() => phantomSlice(someone, 0, { matrix: 4 })).toThrow(/8 to 4096 pixels/);
  });
});
