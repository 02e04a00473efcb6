import type { Ball } from '../anatomy/anatomy.ts';
import { plaqueAreaMm2 } from '../anatomy/calcium.ts';
import { addScanner } from './scanner.ts';
import { createRandom } from '../random.ts';
import {
  createCanvas,
  moved,
  outlinePoint,
  paint,
  type Canvas,
  type Shape,
} from '../anatomy/shape.ts';
import type { PhantomSubject } from '../subject/subject.ts';

export interface SliceOptions {
  /** Pixels along each side; default 128. */
  matrix?: number;
  /** Side of the square field of view; default 340 mm. */
  fieldOfViewMm?: number;
  /** Patient coordinates of the picture's centre; default [0, 0], the middle of the chest. */
  centreMm?: readonly [number, number];
  /**
   * Which scan of this person: same anatomy, other position, breath and noise. 'ideal' lies
   * straight and has no noise, blur or calibration error: the truth that a score is measured on.
   * Default 0.
   */
  scan?: number | 'ideal';
}

export const defaultMatrix = 128;
export const defaultFieldOfViewMm = 340;
/** Heights that the phantom has anatomy for, mm from the middle of the plaque zone, up positive. */
export const heightRangeMm: readonly [number, number] = [-60, 60];

/** How a person lies in one scan. */
interface Pose {
  x: number;
  y: number;
  turn: number;
  z: number;
  /** Lung size and air against the first scan: breath. */
  breath: number;
}

const still: Pose = { x: 0, y: 0, turn: 0, z: 0, breath: 0 };

/**
 * Draws one axial CT slice.
 *
 * @param zMm height in mm, within `heightRangeMm`.
 * @returns matrix * matrix HU, rows from front to back, columns from the patient's right to left
 * (as DICOM shows an axial slice).
 */
export function phantomSlice(
  subject: PhantomSubject,
  zMm: number,
  options: SliceOptions = {},
): Int16Array {
  const {
    matrix = defaultMatrix,
    fieldOfViewMm = defaultFieldOfViewMm,
    centreMm = [0, 0],
    scan = 0,
  } = options;
  if (!Number.isInteger(matrix) || matrix < 8 || matrix > 4096)
    throw new RangeError(`A slice has 8 to 4096 pixels on a side, not ${matrix}.`);
  if (!(zMm >= heightRangeMm[0] && zMm <= heightRangeMm[1])) {
    throw new RangeError(
      `The phantom ends at ${heightRangeMm.join(' and ')} mm; ${zMm} is outside.`,
    );
  }
  const pose = scan === 'ideal' ? still : drawPose(subject, scan);
  const canvas = createCanvas(matrix, fieldOfViewMm, centreMm, -1000);
  const z = zMm + pose.z;
  paintTable(canvas, subject);
  const draw = (shape: Shape): void => paint(canvas, moved(shape, pose));
  paintWall(draw, subject);
  paintLungs(draw, subject, z, pose.breath);
  paintMediastinum(draw, subject, z);
  paintHeart(draw, subject, z);
  paintDescendingAorta(draw, subject);
  paintBones(draw, subject, z);
  paintPlaques(draw, subject, z);
  addLungTexture(canvas, subject, z, pose);
  return scan === 'ideal'
    ? Int16Array.from(canvas.hu, Math.round)
    : addScanner(canvas, subject, zMm, scan);
}

function drawPose({ seed, index }: PhantomSubject, scan: number): Pose {
  const random = createRandom(seed, index, 'pose', scan);
  const isFirst = scan === 0;
  return {
    x: random.normal(0, 1.5),
    y: random.normal(0, 1.5),
    turn: random.normal(0, 0.01),
    // The first scan is planned on the plaque zone; a later one hits it less exactly.
    z: isFirst ? 0 : random.normal(0, 0.4),
    breath: isFirst ? 0 : random.normal(0, 0.012),
  };
}

type Draw = (shape: Shape) => void;

/** The scanner's curved table, a light core in a thin shell: it does not move with the person. */
function paintTable({ hu, matrix, pixelMm, left, top }: Canvas, { anatomy }: PhantomSubject): void {
  const radius = 300;
  const [thicknessMm, shellMm, shellHu, coreHu] = [18, 2.5, 10, -880];
  for (let column = 0; column < matrix; column++) {
    const x = left + column * pixelMm;
    const surface =
      anatomy.body.ry + 8 - (radius - Math.sqrt(Math.max(0, radius * radius - x * x)));
    for (let row = 0; row < matrix; row++) {
      const depth = top + row * pixelMm - surface;
      const slab = overlap(depth, 0, thicknessMm, pixelMm);
      if (slab === 0) continue;
      const core = overlap(depth, shellMm, thicknessMm - shellMm, pixelMm);
      hu[row * matrix + column] = -1000 * (1 - slab) + shellHu * (slab - core) + coreHu * core;
    }
  }
}

/** Share of a pixel at `depth` that lies between two depths. */
function overlap(depth: number, from: number, to: number, pixelMm: number): number {
  return (
    Math.max(0, Math.min(to, depth + pixelMm / 2) - Math.max(from, depth - pixelMm / 2)) / pixelMm
  );
}

function paintWall(draw: Draw, { anatomy }: PhantomSubject): void {
  const { body, fatMm, muscleMm, muscleHu } = anatomy;
  const skinMm = 2;
  for (const breast of anatomy.breasts.filter((shape) => shape.hu < 0))
    draw({ ...breast, rx: breast.rx + skinMm, ry: breast.ry + skinMm, hu: 20 });
  draw({ ...body, hu: 20 });
  for (const breast of anatomy.breasts) draw(breast);
  draw({ ...body, rx: body.rx - skinMm, ry: body.ry - skinMm, hu: -103 });
  for (const breast of anatomy.breasts.filter((shape) => shape.hu > 0)) draw(breast);
  draw({ ...body, rx: body.rx - fatMm, ry: body.ry - fatMm * 0.7, hu: muscleHu });
  // Fat planes between the muscles of the flank, and the muscles along the spine.
  for (const side of [-1, 1]) {
    draw({
      x: side * (body.rx - fatMm - muscleMm * 0.55),
      y: 12,
      rx: 1.4,
      ry: 42,
      turn: 0,
      hu: -80,
    });
    draw({
      x: side * 64,
      y: -body.ry + fatMm * 0.7 + muscleMm * 0.62,
      rx: 30,
      ry: 1.2,
      turn: side * 0.2,
      hu: -70,
    });
  }
}

function paintLungs(draw: Draw, { anatomy }: PhantomSubject, z: number, breath: number): void {
  const { cavity, lungVessels, holes, nodules, liverTopMm } = anatomy;
  const lungHu = anatomy.lungHu - 400 * breath;
  draw({ ...cavity, rx: cavity.rx + 1.5, ry: cavity.ry + 1.5, hu: 40 });
  draw({ ...cavity, rx: cavity.rx * (1 + breath), ry: cavity.ry * (1 + breath), hu: lungHu });
  for (const hole of holes) {
    const radius = radiusAt(hole, z);
    if (radius > 0) draw(disc(hole.x, hole.y, radius, -965));
  }
  for (const vessel of lungVessels) {
    const height = z - vessel.z;
    const radius = vessel.radius * Math.sqrt(Math.max(0, 1 - (height / vessel.halfHeightMm) ** 2));
    if (radius < 0.3) continue;
    draw({
      x: vessel.x + vessel.slopeX * height,
      y: vessel.y + vessel.slopeY * height,
      rx: radius * vessel.elongation,
      ry: radius,
      turn: vessel.turn,
      hu: 35,
    });
  }
  for (const nodule of nodules) {
    const radius = radiusAt(nodule, z);
    if (radius > 0) draw(disc(nodule.x, nodule.y, radius, 45));
  }
  // Bronchi of the lower lobes: air in a thin wall.
  for (const side of [-1, 1]) {
    for (const [x, y, radius] of [
      [50, 14, 3.4],
      [62, 30, 2.4],
    ] as const) {
      const [bx, by] = [side * (x - z * 0.15), y - z * 0.12];
      draw(disc(bx, by, radius + 1.1, 20));
      draw(disc(bx, by, radius, -950));
    }
  }
  if (z < liverTopMm + 18) {
    const dome = Math.min(1, Math.sqrt(Math.max(0, liverTopMm + 18 - z) / 40));
    draw({ x: -cavity.rx * 0.5, y: -4, rx: 64 * dome, ry: 70 * dome, turn: 0, hu: 58 });
  }
}

function paintMediastinum(draw: Draw, { anatomy, age }: PhantomSubject, z: number): void {
  const { cavity, mediastinumMm, spine, heart, bloodHu, hila, muscleHu } = anatomy;
  const fat = -90;
  // From breastbone to spine: fat in front of the heart and behind it.
  draw({
    x: heart.x * 0.35,
    y: cavity.y - cavity.ry * 0.72,
    rx: mediastinumMm,
    ry: cavity.ry * 0.34,
    turn: 0,
    hu: fat,
  });
  const [spineFront, heartBack] = [spine.y - spine.ry, heart.y + heart.ry * 0.75];
  const halfGap = Math.max(14, (spineFront - heartBack) / 2 + 12);
  draw({
    x: spine.x + 7,
    y: (spineFront + heartBack) / 2,
    rx: mediastinumMm + 14,
    ry: halfGap,
    turn: 0,
    hu: fat + 30,
  });
  for (const hilum of hila) if (z > -34) draw(hilum);
  for (const side of [-1, 1]) {
    draw({
      x: spine.x + side * 33,
      y: spine.y + 32,
      rx: 25,
      ry: 14,
      turn: side * 0.3,
      hu: muscleHu - 0.6 * (age - 57),
    });
    draw({ x: spine.x + side * 14, y: spine.y + 10, rx: 14, ry: 18, turn: 0, hu: muscleHu - 10 });
  }
  // Oesophagus and azygos vein.
  draw({ x: spine.x + 4, y: spine.y - spine.ry - 11, rx: 8.5, ry: 5.5, turn: 0.2, hu: 38 });
  draw(disc(spine.x - 9, spine.y - spine.ry - 2, 3.6, bloodHu));
}

/** Over the heart's edge, as it dents the left atrium from behind. */
function paintDescendingAorta(
  draw: Draw,
  {
    anatomy: {
      descendingAorta: [x, y],
      aortaMm,
      bloodHu,
    },
  }: PhantomSubject,
): void {
  draw(disc(x, y, aortaMm + 1, 44));
  draw(disc(x, y, aortaMm - 0.5, bloodHu));
}

/** @returns the outline of the heart muscle at height z, or null above and below it. */
export function heartOutline({ anatomy }: PhantomSubject, z: number): Shape | null {
  const middle = (anatomy.heartTopMm + anatomy.heartBottomMm) / 2;
  const half = (anatomy.heartTopMm - anatomy.heartBottomMm) / 2;
  const share = 1 - (Math.abs(z - middle) / half) ** 2.6;
  if (share <= 0.02) return null;
  const size = Math.sqrt(share);
  return {
    ...anatomy.heart,
    rx: anatomy.heart.rx * size,
    ry: anatomy.heart.ry * size,
    x: anatomy.heart.x - 0.1 * z,
  };
}

function paintHeart(draw: Draw, subject: PhantomSubject, z: number): void {
  const { anatomy } = subject;
  const { epicardialFatMm, bloodHu, myocardiumHu, coronaries, aortaMm, ascendingAorta } = anatomy;
  const outline = heartOutline(subject, z);
  if (z > 4) {
    // The great vessels leave upwards: superior vena cava and pulmonary trunk beside the ascending
    // aorta.
    draw({
      x: ascendingAorta[0] - 27,
      y: ascendingAorta[1] + 8,
      rx: 9.5,
      ry: 8,
      turn: 0,
      hu: bloodHu,
    });
    if (z > 24)
      draw({
        x: ascendingAorta[0] + 30,
        y: ascendingAorta[1] - 8,
        rx: 17,
        ry: 13,
        turn: 0.5,
        hu: bloodHu,
      });
  }
  if (outline) {
    const sac: Shape = {
      ...outline,
      rx: outline.rx + epicardialFatMm + 1.5,
      ry: outline.ry + epicardialFatMm + 1.5,
      hu: 30,
    };
    draw(sac);
    draw({
      ...outline,
      rx: outline.rx + epicardialFatMm,
      ry: outline.ry + epicardialFatMm,
      hu: -95,
    });
    draw({ ...outline, hu: myocardiumHu });
    // Chambers: right ventricle in front, left ventricle towards the apex, the atria behind; fat in
    // the grooves between.
    for (const [angle, scale, width, height, turn] of chambers) {
      const [x, y] = outlinePoint(outline, angle, scale);
      draw({
        x,
        y,
        rx: outline.rx * width,
        ry: outline.ry * height,
        turn: outline.turn + turn,
        hu: bloodHu,
      });
    }
    const grooveMm = 2 + epicardialFatMm * 0.4;
    for (const angle of [-1.95, 0.95, -0.95]) {
      const [x, y] = outlinePoint(outline, angle, 1.05);
      draw({ x, y, rx: grooveMm, ry: grooveMm * 0.55, turn: outline.turn + angle, hu: -85 });
    }
    for (const artery of Object.values(coronaries)) {
      const [x, y] = outlinePoint(outline, artery.angle + artery.drift * z, artery.depth);
      draw(disc(x, y, 1.9, bloodHu + 4));
    }
  }
  if (z > -4) {
    const [x, y] = ascendingAorta;
    draw(disc(x, y, aortaMm + 5.2, z > 8 ? -80 : myocardiumHu - 10));
    draw(disc(x, y, aortaMm + 3.2, 46));
    draw(disc(x, y, aortaMm + 2, bloodHu));
  }
}

/**
 * Angle and share of the outline for the middle, then half axes as shares of the heart's, and turn:
 * RV, LV, RA, LA.
 */
const chambers = [
  [-1.35, 0.5, 0.4, 0.3, 0.1],
  [0.1, 0.42, 0.36, 0.36, 0],
  [-2.75, 0.62, 0.25, 0.36, 0.2],
  [1.9, 0.55, 0.38, 0.3, 0.25],
] as const;

function paintBones(draw: Draw, { anatomy, age }: PhantomSubject, z: number): void {
  const { spine, ribs, cavity, ribMm, descendingAorta, aorticCalcium } = anatomy;
  const bone = (shape: Shape, cortexMm: number, marrowHu: number): void => {
    draw(shape);
    draw({
      ...shape,
      rx: Math.max(0.5, shape.rx - cortexMm),
      ry: Math.max(0.5, shape.ry - cortexMm),
      hu: marrowHu,
    });
  };
  for (const { side, angle, halfLengthMm } of ribs) {
    const at = angle + z * 0.011;
    const direction = Math.PI / 2 - side * at;
    const wall: Shape = {
      ...cavity,
      rx: cavity.rx + ribMm * 0.75,
      ry: cavity.ry + ribMm * 0.75,
      turn: 0,
    };
    const [x, y] = outlinePoint(wall, direction, wallScale(cavity, at));
    const slope = Math.atan2(cavity.ry * Math.cos(direction), -cavity.rx * Math.sin(direction));
    const isCartilage = at > 2.3;
    const shape: Shape = {
      x,
      y,
      rx: halfLengthMm,
      ry: ribMm * 0.58,
      turn: slope,
      hu: isCartilage ? 95 : 480,
    };
    if (isCartilage) draw(shape);
    else bone(shape, 1.5, 190);
  }
  bone({ x: 0, y: cavity.y - cavity.ry - 5.5, rx: 17, ry: 6, turn: 0, hu: 330 }, 1.6, 110);

  const { x, y, rx, ry, trabecularHu, turn } = spine;
  const arch = 430 - 4 * (age - 57);
  for (const side of [-1, 1]) {
    bone({ x: x + side * 27, y: y + 17, rx: 15, ry: 5, turn: side * 0.55, hu: arch }, 1.6, 190);
    draw({ x: x + side * 12.5, y: y + ry + 3, rx: 4.5, ry: 8, turn: 0, hu: arch });
    draw({ x: x + side * 8, y: y + ry + 17, rx: 11, ry: 3.4, turn: side * -0.75, hu: arch });
  }
  bone({ x, y: y + ry + 25, rx: 3.6, ry: 11.5, turn, hu: arch }, 1.4, 200);
  bone({ x, y, rx, ry, turn, hu: 390, exponent: 2.4 }, 2, trabecularHu);
  draw(disc(x, y + ry + 6.5, 8.2, 15));
  draw({ x, y: y + ry + 6.5, rx: 5.4, ry: 4, turn: 0, hu: 36 });

  for (const plaque of aorticCalcium) {
    const radius = radiusAt(plaque, z);
    const along =
      Math.atan2(plaque.y - descendingAorta[1], plaque.x - descendingAorta[0]) + Math.PI / 2;
    if (radius > 0)
      draw({ x: plaque.x, y: plaque.y, rx: radius * 2, ry: radius, turn: along, hu: 550 });
  }
}

function paintPlaques(draw: Draw, subject: PhantomSubject, z: number): void {
  for (const shape of plaqueShapes(subject, z)) draw(shape);
}

/**
 * @returns the cross-sections of all coronary calcium at height z, in the person's own coordinates
 * (as the ideal scan lies).
 */
export function plaqueShapes(subject: PhantomSubject, z: number): Shape[] {
  const outline = heartOutline(subject, z);
  if (!outline) return [];
  return subject.plaques.flatMap((plaque) => {
    const area = plaqueAreaMm2(plaque, z);
    if (area === 0) return [];
    const artery = subject.anatomy.coronaries[plaque.artery];
    const angle = artery.angle + artery.drift * z;
    const [middleX, middleY] = outlinePoint(outline, angle, artery.depth);
    const [aheadX, aheadY] = outlinePoint(outline, angle + 0.01, artery.depth);
    const along = Math.atan2(aheadY - middleY, aheadX - middleX);
    const [cos, sin] = [Math.cos(along), Math.sin(along)];
    const width = Math.sqrt(area / (Math.PI * plaque.elongation));
    return [
      {
        x: middleX + plaque.alongMm * cos - plaque.acrossMm * sin,
        y: middleY + plaque.alongMm * sin + plaque.acrossMm * cos,
        rx: width * plaque.elongation,
        ry: width,
        turn: along + plaque.turn,
        hu: plaque.hu,
      },
    ];
  });
}

/**
 * A squared cavity stands out from its ellipse between the axes: how far, at an angle from the
 * spine.
 */
function wallScale(cavity: Shape, angle: number): number {
  const exponent = cavity.exponent ?? 2;
  return (
    1 /
    (Math.abs(Math.sin(angle)) ** exponent + Math.abs(Math.cos(angle)) ** exponent) **
      (1 / exponent)
  );
}

/**
 * Unevenness of the lung itself: a few waves that belong to the person, and the gravity gradient.
 * Nothing else is that thin.
 */
function addLungTexture(canvas: Canvas, { anatomy }: PhantomSubject, z: number, pose: Pose): void {
  const random = createRandom(anatomy.lungTextureSeed, 'lung texture');
  const terms = Array.from({ length: 7 }, () => ({
    alongX: random.normal(0, 0.09),
    alongY: random.normal(0, 0.09),
    alongZ: random.normal(0, 0.06),
    phase: random.between(0, 2 * Math.PI),
    hu: random.between(5, 13),
  }));
  const { hu, matrix, pixelMm, left, top } = canvas;
  for (let row = 0; row < matrix; row++) {
    const y = top + row * pixelMm - pose.y;
    const gradient = (anatomy.lungGradientHu * y) / (2 * anatomy.cavity.ry);
    for (let column = 0; column < matrix; column++) {
      const index = row * matrix + column;
      const value = hu[index] ?? 0;
      if (value > -600 || value < -990) continue;
      const x = left + column * pixelMm - pose.x;
      let texture = gradient;
      for (const { alongX, alongY, alongZ, phase, hu: size } of terms)
        texture += size * Math.sin(alongX * x + alongY * y + alongZ * z + phase);
      hu[index] = value + texture;
    }
  }
}

function disc(x: number, y: number, radius: number, hu: number): Shape {
  return { x, y, rx: radius, ry: radius, turn: 0, hu };
}

function radiusAt(ball: Ball, z: number): number {
  return Math.sqrt(Math.max(0, ball.radius ** 2 - (z - ball.z) ** 2));
}
