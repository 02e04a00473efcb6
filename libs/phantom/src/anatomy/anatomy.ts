import type { Sex } from '@scapis/contracts';
import { drawCoronaryTree, type CoronaryTree } from './calcium.ts';
import type { Random } from '../random.ts';
import type { Shape, Wave } from './shape.ts';

/**
 * All lengths in mm, angles in radians, densities in HU. One person's chest; nothing here depends
 * on the scan.
 */
export interface Anatomy {
  body: Shape;
  fatMm: number;
  muscleMm: number;
  muscleHu: number;
  /** Glandular and fatty breast tissue, left and right; none in men. */
  breasts: readonly Shape[];
  cavity: Shape;
  lungHu: number;
  /** Rise from front to back, HU: the dependent lung is denser. */
  lungGradientHu: number;
  lungTextureSeed: string;
  /** Share of emphysematous lung: 0 in most. */
  emphysemaShare: number;
  holes: readonly Ball[];
  nodules: readonly Ball[];
  lungVessels: readonly LungVessel[];
  hila: readonly Shape[];
  mediastinumMm: number;
  heart: Shape;
  heartTopMm: number;
  heartBottomMm: number;
  epicardialFatMm: number;
  bloodHu: number;
  myocardiumHu: number;
  coronaries: CoronaryTree;
  aortaMm: number;
  ascendingAorta: readonly [number, number];
  descendingAorta: readonly [number, number];
  /** Calcium in the wall of the descending aorta: not coronary, does not count, grows with age. */
  aorticCalcium: readonly Ball[];
  spine: { x: number; y: number; rx: number; ry: number; trabecularHu: number; turn: number };
  ribs: readonly Rib[];
  ribMm: number;
  liverTopMm: number;
}

export interface Ball {
  x: number;
  y: number;
  z: number;
  radius: number;
}

/**
 * A vessel that passes a slice aslant: a short ellipse that wanders with height and points at the
 * hilum.
 */
interface LungVessel extends Ball {
  halfHeightMm: number;
  slopeX: number;
  slopeY: number;
  elongation: number;
  turn: number;
}

/**
 * A rib meets the slice at an angle of the chest wall that changes with height, since ribs slope
 * down to the front.
 */
interface Rib {
  side: -1 | 1;
  /** 0 is at the spine, pi at the breastbone. */
  angle: number;
  halfLengthMm: number;
}

export interface Person {
  sex: Sex;
  age: number;
  /**
   * The hidden subgroup: much fat round the heart, dense blood. Its outcome is worse at every
   * calcium grade.
   */
  isSubgroup: boolean;
}

const waves = (random: Random, size: number): Wave[] =>
  [1, 0.7, 0.5, 0.35].map((share) => ({
    amplitude: random.normal(0, size * share),
    phase: random.between(0, 2 * Math.PI),
  }));

export function drawAnatomy(random: Random, person: Person, key: string): Anatomy {
  const isMale = person.sex === 'male';
  const years = person.age - 57;
  const build = random.normal(0, 1);
  const halfWidth = (isMale ? 157 : 144) + 5 * build + random.normal(0, 2.5);
  const halfDepth = (isMale ? 110 : 102) + 6 * build + random.normal(0, 4);
  const fatMm = Math.max(8, (isMale ? 12 : 15) + 4 * build + random.normal(0, 2));
  const muscleMm = Math.max(6, (isMale ? 13 : 10) + random.normal(0, 1.5));
  const ribMm = random.normal(7.5, 0.5);
  const wall = fatMm + muscleMm + ribMm;
  const body: Shape = {
    x: 0,
    y: 0,
    rx: halfWidth,
    ry: halfDepth,
    turn: 0,
    hu: -100,
    exponent: random.between(2.15, 2.5),
    waves: waves(random, 0.007),
  };
  const cavity: Shape = {
    x: random.normal(0, 1.5),
    y: -4 + random.normal(0, 1.5),
    rx: halfWidth - wall - 2,
    ry: halfDepth - wall + 4,
    turn: random.normal(0, 0.012),
    hu: -860,
    exponent: random.between(2.1, 2.4),
    waves: waves(random, 0.012),
  };
  const back = cavity.y + cavity.ry;
  const front = cavity.y - cavity.ry;

  const spine = {
    x: random.normal(0, 1.5),
    y: back - 30 + random.normal(0, 2),
    rx: (isMale ? 18.5 : 16.5) + random.normal(0, 0.9),
    ry: (isMale ? 15 : 13.5) + random.normal(0, 0.8),
    trabecularHu: 150 - 6 * years + random.normal(0, 14),
    turn: random.normal(0, 0.03),
  };
  const heartSize = (isMale ? 1.04 : 0.95) * (1 + random.normal(0, 0.045));
  const heart = drawHeart(random, heartSize, [front + 4, spine.y - spine.ry - 5]);
  const aortaMm = (isMale ? 12.6 : 11.4) + 0.13 * years + random.normal(0, 0.7);
  const descendingAorta = [
    spine.x + spine.rx + random.normal(4, 2),
    spine.y - spine.ry - random.normal(2, 1.5),
  ] as const;
  const emphysemaShare = random.chance(0.12) ? random.between(0.3, 1) : 0;

  return {
    body,
    fatMm,
    muscleMm,
    muscleHu: 56 - 0.5 * years + random.normal(0, 3),
    breasts: isMale ? [] : drawBreasts(random, halfWidth, halfDepth, build),
    cavity,
    lungHu: -855 - 2.5 * years + random.normal(0, 14) - 20 * emphysemaShare,
    lungGradientHu: random.normal(60, 12),
    lungTextureSeed: key,
    emphysemaShare,
    holes: Array.from({ length: Math.round(160 * emphysemaShare) }, () =>
      drawBall(random, cavity, random.between(2, 6)),
    ),
    nodules: random.chance(0.1)
      ? Array.from({ length: random.pick([1, 1, 2]) }, () =>
          drawBall(random, cavity, random.between(2.5, 6), 12),
        )
      : [],
    lungVessels: Array.from({ length: 260 }, () => drawLungVessel(random, cavity)),
    hila: [-1, 1].flatMap((side) => drawHilum(random, side, heart)),
    mediastinumMm: random.normal(15, 2.5),
    heart,
    heartTopMm: random.normal(52, 4),
    heartBottomMm: random.normal(-58, 4),
    epicardialFatMm: Math.max(
      2,
      (person.isSubgroup ? 9 : 3.2) + 0.5 * build + random.normal(0, 0.6),
    ),
    bloodHu: (person.isSubgroup ? 46 : 38) + random.normal(0, 2),
    myocardiumHu: random.normal(50, 2),
    coronaries: drawCoronaryTree(random),
    aortaMm,
    ascendingAorta: [heart.x - 30 + random.normal(0, 2), heart.y - 4 + random.normal(0, 2)],
    descendingAorta,
    aorticCalcium: drawAorticCalcium(random, descendingAorta, aortaMm, person.age),
    spine,
    ribs: drawRibs(random),
    ribMm,
    liverTopMm: random.normal(-30, 4),
  };
}

/**
 * A heart between breastbone and spine: it fills half of what room a deep chest leaves, and shrinks
 * where a flat one has too little.
 */
function drawHeart(random: Random, size: number, [front, back]: readonly [number, number]): Shape {
  const turn = -0.6 + random.normal(0, 0.1);
  const rx = 60 * size * (1 + random.normal(0, 0.03));
  const ry = 43 * size * (1 + random.normal(0, 0.03));
  const halfDepth = Math.hypot(rx * Math.sin(turn), ry * Math.cos(turn));
  const room = (back - front) / 2 / halfDepth;
  const fit = room > 1 ? 1 + 0.5 * (room - 1) : room;
  const halfDepthThere = halfDepth * fit;
  return {
    x: 20 + random.normal(0, 4),
    y: front + halfDepthThere + random.between(0.2, 0.6) * (back - front - 2 * halfDepthThere),
    rx: rx * fit,
    ry: ry * fit,
    turn,
    hu: 45,
    waves: waves(random, 0.02),
  };
}

function drawBreasts(random: Random, halfWidth: number, halfDepth: number, build: number): Shape[] {
  const size = 1 + 0.14 * build + random.normal(0, 0.12);
  const gland = random.between(0.35, 0.7);
  return [-1, 1].flatMap((side) => {
    const breast: Shape = {
      x: side * halfWidth * 0.55 + random.normal(0, 2),
      y: -halfDepth * 0.83,
      rx: 57 * size,
      ry: 27 * size,
      turn: side * 0.45,
      hu: -98,
    };
    const glandular = Array.from({ length: 4 }, (): Shape => ({
      x: breast.x + side * random.between(-14, 22),
      y: breast.y + random.between(-10, 0),
      rx: random.between(10, 20) * gland,
      ry: random.between(5, 10) * gland,
      turn: breast.turn + random.normal(0, 0.4),
      hu: random.between(10, 40),
    }));
    return [breast, ...glandular];
  });
}

function drawBall(random: Random, cavity: Shape, radius: number, halfHeightMm = 60): Ball {
  const angle = random.between(0, 2 * Math.PI);
  const scale = Math.sqrt(random.between(0.18, 0.8));
  return {
    x: cavity.x + cavity.rx * scale * Math.cos(angle),
    y: cavity.y + cavity.ry * scale * Math.sin(angle),
    z: random.between(-halfHeightMm, halfHeightMm),
    radius,
  };
}

function drawLungVessel(random: Random, cavity: Shape): LungVessel {
  const side = random.chance(0.5) ? 1 : -1;
  const [hilumX, hilumY] = [side * 42, 8];
  const angle = random.between(0, 2 * Math.PI);
  const scale = Math.sqrt(random.next()) * 0.95;
  const x = cavity.x + side * Math.abs(cavity.rx * scale * Math.cos(angle));
  const y = cavity.y + cavity.ry * scale * Math.sin(angle);
  const distance = Math.hypot(x - hilumX, y - hilumY);
  return {
    x,
    y,
    z: random.between(-65, 65),
    radius: Math.max(0.7, 4.6 * Math.exp(-distance / 46) * random.between(0.6, 1.2)),
    halfHeightMm: random.between(6, 18),
    slopeX: random.normal(0, 0.35),
    slopeY: random.normal(0, 0.35),
    elongation: random.chance(0.45) ? random.between(2.5, 7) : random.between(1, 1.8),
    turn: Math.atan2(y - hilumY, x - hilumX) + random.normal(0, 0.25),
  };
}

function drawHilum(random: Random, side: number, heart: Shape): Shape[] {
  const x = side > 0 ? Math.max(46, heart.x + 30) : -36;
  return Array.from({ length: 4 }, (_, index): Shape => ({
    x: x + side * random.between(-6, 12),
    y: 4 + 8 * index + random.normal(0, 3),
    rx: random.between(5, 9),
    ry: random.between(4, 6.5),
    turn: side * random.between(0, 0.7),
    hu: 42,
  }));
}

function drawAorticCalcium(
  random: Random,
  aorta: readonly [number, number],
  aortaMm: number,
  age: number,
): Ball[] {
  if (!random.chance(0.1 + 0.035 * (age - 50))) return [];
  return Array.from({ length: random.pick([1, 2, 3]) }, () => {
    const angle = random.between(0, 2 * Math.PI);
    return {
      x: aorta[0] + (aortaMm - 1) * Math.cos(angle),
      y: aorta[1] + (aortaMm - 1) * Math.sin(angle),
      z: random.between(-12, 12),
      radius: random.between(0.8, 1.6),
    };
  });
}

function drawRibs(random: Random): Rib[] {
  const first = random.between(0.3, 0.5);
  return ([-1, 1] as const).flatMap((side) =>
    Array.from({ length: 6 }, (_, index) => ({
      side,
      angle: first + index * 0.47 + random.normal(0, 0.04),
      halfLengthMm: random.between(11, 17),
    })),
  );
}
