import type { CalciumGrade, CheckResult, GateThresholds } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { createAtLeastCheck, createUnmadeCheck } from './check.ts';
import { commonGrades, predict, trainClassifier } from './classifier.ts';
import { selectImages } from './images.ts';
import type { GateSets } from './input.ts';
import { balancedAccuracy } from './metrics.ts';
import type { Pace } from './pace.ts';
import { gateStream, permutation } from './random.ts';
import { mean, quantile } from './statistics.ts';

/** Networks per training set: one seed says little, as seeds differ more than methods do (synthesis.md 6.2). */
const seeds = 3;
const replicates = 1000;

/**
 * Train on synthetic, test on real (TSTR) against train on real, test on real (TRTR): same network, same steps, same number of images,
 * judged on held-out people whom neither saw, by balanced accuracy on the calcium grade. The real-trained networks then read the cohort
 * itself: does an image show the grade that its label claims?
 */
export async function checkUtility(
  sets: GateSets,
  thresholds: GateThresholds,
  seed: number,
  steps: number,
  pace: Pace,
): Promise<CheckResult[]> {
  const heldOut = joinImages(sets.control, sets.reference);
  const grades = commonGrades(sets.training, sets.synthetic, heldOut);
  if (grades.length < 2) {
    const reason = `The cohort, the training and the held-out images share ${grades.length} calcium grades; two are needed.`;
    return [createUnmadeCheck('utility', reason), createUnmadeCheck('label-consistency', reason)];
  }
  const test = ofGrades(heldOut, grades);
  const truth = gradeIndices(test, grades);
  const cohort = ofGrades(sets.synthetic, grades);
  const training = ofGrades(sets.training, grades);
  const images = Math.min(cohort.count, training.count);

  const predictions = { synthetic: new Array<Int32Array>(), real: new Array<Int32Array>() };
  const cohortScores = new Float32Array(cohort.count * grades.length);
  const testScores = new Float32Array(test.count * grades.length);
  for (let run = 0; run < seeds; run += 1) {
    const equal = (set: ImageSet, stream: number): ImageSet =>
      set.count === images ? set : selectImages(set, permutation(gateStream(seed, 'subsets', stream), set.count).slice(0, images));
    const part = (index: number): { from: number; to: number } => ({
      from: (2 * run + index) / (2 * seeds),
      to: (2 * run + index + 1) / (2 * seeds),
    });
    // Both networks of a run start from the same weights, so that the pair differs in its data alone.
    const onReal = await trainClassifier(equal(training, 100 + run), pace, { seed, run, grades, steps, ...part(0) });
    const onSynthetic = await trainClassifier(equal(cohort, 200 + run), pace, { seed, run, grades, steps, ...part(1) });
    const realScores = await onReal.score(test, pace);
    predictions.real.push(predict(realScores, grades.length));
    predictions.synthetic.push(predict(await onSynthetic.score(test, pace), grades.length));
    addTo(testScores, realScores);
    addTo(cohortScores, await onReal.score(cohort, pace));
  }
  const tstr = predictions.synthetic.map((predicted) => balancedAccuracy(truth, predicted));
  const trtr = predictions.real.map((predicted) => balancedAccuracy(truth, predicted));
  const confirmed = shareEqual(gradeIndices(cohort, grades), predict(cohortScores, grades.length));
  const interval = await bootstrapRatio(test.subjects, truth, predictions, seed, pace);
  return [
    createAtLeastCheck('utility', mean(tstr) / mean(trtr), thresholds.utilityRatio, {
      baseline: 1,
      interval,
      details: {
        trainedOnSynthetic: mean(tstr),
        trainedOnReal: mean(trtr),
        worstSynthetic: Math.min(...tstr),
        bestSynthetic: Math.max(...tstr),
        images,
        seeds,
        testImages: test.count,
        testPeople: new Set(test.subjects).size,
        grades: grades.join(', '),
      },
    }),
    createAtLeastCheck('label-consistency', confirmed, thresholds.labelConsistency, {
      baseline: shareEqual(truth, predict(testScores, grades.length)),
      details: { images: cohort.count, seeds, grades: grades.join(', '), gradesNotJudged: sets.synthetic.count - cohort.count },
    }),
  ];
}

/** 95 % percentile interval of mean TSTR / mean TRTR over resampled people: images of one person stand or fall together. */
async function bootstrapRatio(
  subjects: readonly string[],
  truth: Int32Array,
  predictions: { synthetic: Int32Array[]; real: Int32Array[] },
  seed: number,
  pace: Pace,
): Promise<[number, number]> {
  const imagesOf = [...Map.groupBy(subjects.keys(), (row) => subjects[row]).values()];
  const random = gateStream(seed, 'bootstrap');
  const ratios: number[] = [];
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    const rows = imagesOf.flatMap(() => imagesOf[random.integer(imagesOf.length)] ?? []);
    const pick = (values: Int32Array): Int32Array => Int32Array.from(rows, (row) => values[row]!);
    const sampled = pick(truth);
    const score = (all: Int32Array[]): number => mean(all.map((predicted) => balancedAccuracy(sampled, pick(predicted))));
    ratios.push(score(predictions.synthetic) / score(predictions.real));
    await pace.breathe(1);
  }
  return [quantile(ratios, 0.025), quantile(ratios, 0.975)];
}

function joinImages(a: ImageSet, b: ImageSet): ImageSet {
  const pixels = new Float32Array(a.pixels.length + b.pixels.length);
  pixels.set(a.pixels);
  pixels.set(b.pixels, a.pixels.length);
  return { size: a.size, count: a.count + b.count, pixels, labels: [...a.labels, ...b.labels], subjects: [...a.subjects, ...b.subjects] };
}

function ofGrades(images: ImageSet, grades: readonly CalciumGrade[]): ImageSet {
  return selectImages(
    images,
    [...images.labels.keys()].filter((row) => grades.includes(images.labels[row]?.calciumGrade ?? 'none')),
  );
}

function gradeIndices(images: ImageSet, grades: readonly CalciumGrade[]): Int32Array {
  return Int32Array.from(images.labels, ({ calciumGrade }) => grades.indexOf(calciumGrade));
}

function addTo(sum: Float32Array, values: Float32Array): void {
  values.forEach((x, i) => (sum[i]! += x));
}

function shareEqual(a: Int32Array, b: Int32Array): number {
  return a.reduce((sum, x, i) => sum + Number(x === b[i]), 0) / a.length;
}
