import { calciumGrades, type CalciumGrade } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { phantomImageSet } from '../images/image-set.ts';
import { heartOutline, phantomSlice, plaqueShapes } from '../images/slice.ts';
import { phantomSubject, type PhantomSubject } from '../subject/subject.ts';
import { densityFactor, scoreSlice } from './agatston.ts';
import { scoringHeightsMm } from './calcium.ts';
import { isInside } from './shape.ts';

const gradeMix = { none: 1, mild: 1, moderate: 1, severe: 1 };
const people = Array.from({ length: 16 }, (_, index) =>
  phantomSubject({ seed: 'calcium', index, gradeMix }),
);

/**
 * The Agatston score that a reader would measure on ideal slices: a fine window about each plaque,
 * bone outside it left out.
 */
function measuredScore(subject: PhantomSubject): number {
  const [columns, pixelMm] = [200, 0.06];
  let score = 0;
  for (const z of scoringHeightsMm) {
    for (const shape of plaqueShapes(subject, z)) {
      const hu = phantomSlice(subject, z, {
        scan: 'ideal',
        matrix: columns,
        fieldOfViewMm: columns * pixelMm,
        centreMm: [shape.x, shape.y],
      });
      const corner = ((columns - 1) / 2) * pixelMm;
      score += scoreSlice({ hu, columns, pixelMm }, (column, row) =>
        isInside(
          { ...shape, rx: shape.rx + 0.2, ry: shape.ry + 0.2 },
          shape.x - corner + column * pixelMm,
          shape.y - corner + row * pixelMm,
        ),
      );
    }
  }
  return score;
}

describe('coronary calcium', () => {
  it('has the Agatston score that the subject is said to have', () => {
    for (const person of people.filter((subject) => subject.agatston > 0).slice(0, 6)) {
      expect(measuredScore(person) / person.agatston).toBeGreaterThan(0.95);
      expect(measuredScore(person) / person.agatston).toBeLessThan(1.08);
    }
  });

  it('is the only thing in the heart that scores', () => {
    for (const person of people.filter((subject) => subject.agatston === 0)) {
      for (const z of scoringHeightsMm) {
        const outline = heartOutline(person, z);
        const [columns, pixelMm] = [200, 0.75];
        const { x, y } = person.anatomy.heart;
        const hu = phantomSlice(person, z, {
          scan: 'ideal',
          matrix: columns,
          fieldOfViewMm: columns * pixelMm,
          centreMm: [x, y],
        });
        const corner = ((columns - 1) / 2) * pixelMm;
        const isHeart = (column: number, row: number): boolean =>
          outline !== null &&
          isInside(outline, x - corner + column * pixelMm, y - corner + row * pixelMm, 0.95);
        expect(scoreSlice({ hu, columns, pixelMm }, isHeart)).toBe(0);
      }
    }
  });

  it('never merges two plaques, which would be one lesion to a reader', () => {
    for (let index = 0; index < 300; index++) {
      const shapes = plaqueShapes(
        phantomSubject({
          seed: 'apart',
          index,
          gradeMix: { none: 0, mild: 0, moderate: 1, severe: 2 },
        }),
        0,
      );
      shapes.forEach((a, first) =>
        shapes
          .slice(first + 1)
          .forEach((b) => expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(a.rx + b.rx)),
      );
    }
  });

  it('shows its grade in one picture of 64 pixels, to one hand-made number', () => {
    const set = phantomImageSet({ seed: 'visible', subjects: 120, gradeMix });
    const right = set.labels.filter((label, image) => {
      const person = phantomSubject({ seed: 'visible', index: image, gradeMix });
      return gradeOfMass(calciumMass(set.pixels, image, person)) === label.calciumGrade;
    });
    expect(right.length / set.count).toBeGreaterThan(0.95);
  });
});

describe('the Agatston score', () => {
  it('weighs by the densest pixel', () => {
    expect([129, 130, 199, 200, 300, 399, 400, 900].map(densityFactor)).toEqual([
      0, 1, 1, 2, 3, 3, 4, 4,
    ]);
  });

  it('leaves out lesions below 1 mm², joins corners, and obeys the mask', () => {
    const hu = [450, 0, 0, 0, 150, 0, 0, 0, 0, 0, 0, 210, 0, 0, 0, 0];
    expect(scoreSlice({ hu, columns: 4, pixelMm: 1 }, () => true)).toBe(2 * 4 + 1 * 2);
    expect(scoreSlice({ hu, columns: 4, pixelMm: 0.9 }, () => true)).toBeCloseTo(2 * 0.81 * 4);
    expect(scoreSlice({ hu, columns: 4, pixelMm: 1 }, (column) => column === 3)).toBe(2);
  });
});

/**
 * Excess HU over the heart's own mean, summed over the heart: about proportional to calcium mass.
 */
function calciumMass(pixels: Float32Array, image: number, subject: PhantomSubject): number {
  const [size, pixelMm] = [64, 340 / 64];
  const outline = heartOutline(subject, 0);
  const inHeart = (scale: number): number[] =>
    Array.from({ length: size * size }, (_, index) => index)
      .filter(
        (index) =>
          outline !== null &&
          isInside(
            outline,
            ((index % size) - 31.5) * pixelMm,
            (Math.floor(index / size) - 31.5) * pixelMm,
            scale,
          ),
      )
      .map((index) => 1000 * (pixels[image * size * size + index] ?? 0));
  const middle = inHeart(0.6);
  const mean = middle.reduce((sum, value) => sum + value, 0) / middle.length;
  return inHeart(0.93).reduce((sum, value) => sum + Math.max(0, value - mean - 22), 0);
}

function gradeOfMass(mass: number): CalciumGrade {
  const bounds = [30, 250, 720, Infinity];
  return calciumGrades[bounds.findIndex((bound) => mass < bound)] ?? 'severe';
}
