import { ageBands, calciumGrades, sexes, type ImageLabels } from '@scapis/contracts';
import { fromTrainingView } from '@scapis/imaging';
import {
  latentSize,
  sampleLatents,
  RandomStream,
  type GanConfig,
  type Training,
} from '@scapis/gan';
import type { ImagePack } from '../images/image-pack.ts';
import { drawSampleSheet } from '../images/sheets.ts';

const perRow = 12;
/** Always the same, so that one sheet after the other shows how the same images grow. */
const sheetSeed = 20_261;

/**
 * @returns PNG of what the averaged generator draws now, marked as synthetic; two rows for each
 * calcium grade: twelve images over sexes and age bands, and a walk from one latent code to another
 * under one label. Where a walk jumps from image to image instead of changing little by little, the
 * generator has learnt images rather than people.
 */
export async function drawTrainingSheet(training: Training): Promise<Uint8Array> {
  const { config } = training;
  const length = latentSize(config);
  const cells = calciumGrades.flatMap((calciumGrade, row) => [
    ...rowOf(calciumGrade, row, config),
    ...walkOf(calciumGrade, row, config),
  ]);
  const labels = cells.map((cell) => cell.labels);
  const codes = new Float32Array(cells.length * length);
  cells.forEach(({ z }, index) => codes.set(z, index * length));
  const pack: ImagePack = {
    size: config.size,
    people: labels.map((each, index) => ({ pseudonym: String(index), labels: each, split: null })),
    personOf: [...labels.keys()],
    hu: fromTrainingView(await training.generate(codes, labels)),
  };
  return drawSampleSheet(pack, (index) => cells[index]?.caption);
}

interface Cell {
  labels: ImageLabels;
  z: Float32Array;
  /** Undefined: the labels are said. */
  caption?: string;
}

function rowOf(calciumGrade: ImageLabels['calciumGrade'], row: number, config: GanConfig): Cell[] {
  return Array.from({ length: perRow }, (_, index) => ({
    labels: {
      calciumGrade,
      sex: sexes[index % sexes.length] ?? 'female',
      ageBand: ageBands[Math.floor(index / sexes.length) % ageBands.length] ?? '50-54',
    },
    z: code(row * perRow + index, config),
  }));
}

function walkOf(calciumGrade: ImageLabels['calciumGrade'], row: number, config: GanConfig): Cell[] {
  const [from, to] = [code(1_000 + 2 * row, config), code(1_001 + 2 * row, config)];
  return Array.from({ length: perRow }, (_, index) => ({
    labels: { calciumGrade, sex: 'male', ageBand: '55-59' },
    z: between(from, to, index / (perRow - 1)),
    caption: `${calciumGrade} > ${index + 1}`,
  }));
}

function code(index: number, config: GanConfig): Float32Array {
  return sampleLatents(new RandomStream(sheetSeed, 'sampling', index), config, 1);
}

/**
 * Along the great circle (White 2016): codes of a normal distribution lie near a sphere, and a
 * straight line would leave it.
 */
function between(from: Float32Array, to: Float32Array, share: number): Float32Array {
  const norm = (x: Float32Array): number => Math.hypot(...x);
  const cosine =
    from.reduce((sum, value, i) => sum + value * (to[i] ?? 0), 0) / (norm(from) * norm(to));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  return from.map(
    (value, i) =>
      (Math.sin((1 - share) * angle) * value + Math.sin(share * angle) * (to[i] ?? 0)) /
      Math.sin(angle),
  );
}
