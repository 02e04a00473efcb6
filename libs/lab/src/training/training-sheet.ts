import { ageBands, calciumGrades, sexes, type ImageLabels } from '@scapis/contracts';
import { fromTrainingView } from '@scapis/imaging';
import type { Training } from '@scapis/gan';
import type { ImagePack } from '../images/image-pack.ts';
import { drawSampleSheet } from '../images/sheets.ts';

const perGrade = 12;
/** Always the same, so that one sheet after the other shows how the same images grow. */
const sheetSeed = 20_261;

/** @returns PNG of what the averaged generator draws now: twelve of each calcium grade over sexes and age bands, marked as synthetic. */
export async function drawTrainingSheet(training: Training): Promise<Uint8Array> {
  const labels = calciumGrades.flatMap((calciumGrade) =>
    Array.from({ length: perGrade }, (_, index): ImageLabels => ({
      calciumGrade,
      sex: sexes[index % sexes.length] ?? 'female',
      ageBand: ageBands[Math.floor(index / sexes.length) % ageBands.length] ?? '50-54',
    })),
  );
  const generator = await training.generator();
  try {
    const hu = fromTrainingView(await generator.sample({ labels, seed: sheetSeed }));
    const pack: ImagePack = {
      size: generator.config.size,
      people: labels.map((each, index) => ({ pseudonym: String(index), labels: each, split: null })),
      personOf: [...labels.keys()],
      hu,
    };
    return drawSampleSheet(pack);
  } finally {
    await generator.dispose();
  }
}
