import type { ImageSet } from '@scapis/gan';
import {
  classifierSteps,
  commonGrades,
  predict,
  recipes,
  trainClassifier,
  type Classifier,
} from '../features/classifier.ts';
import { trainEncoder } from '../features/encoder.ts';
import { selectImages } from '../images/images.ts';
import { balancedAccuracy, prdc, type Prdc } from '../features/metrics.ts';
import { TaskContext } from '../task-context.ts';
import { gateStream, permutation } from '../statistics/random.ts';
import { mean } from '../statistics/statistics.ts';
import { gradeIndices, shareEqual } from '../utility/utility.ts';

/**
 * How good the images of one training are: what a table of trainings compares (tools/gan-table.ts).
 * The gate itself asks far more.
 */
export interface QualityMeasures {
  /** Of the control images, over that of equally many training images. */
  coverage: number;
  /**
   * Balanced accuracy on the control images of classifiers trained on the images, over that of
   * classifiers trained on real ones.
   */
  utility: number;
  /** Share of the images whose grade the real-trained classifiers read as claimed. */
  labelConsistency: number;
}

export interface QualityProbe {
  /** Balanced accuracy of the classifiers trained on real images. */
  realAccuracy: number;
  judge(images: ImageSet): Promise<QualityMeasures>;
}

export interface QualityProbeOptions {
  seed: number;
  /** Classifiers on either side, under seeds of their own. */
  runs: number;
  /** Synthetic images to come, and as many training images beside them. */
  images: number;
  /** Of an encoder and of a classifier; tests take fewer. */
  steps?: { encoder: number; classifier: number };
}

const usualSteps = { encoder: 300, classifier: classifierSteps };
const neighbours = 5;

/**
 * Trains once what is held against every set of images to come: the encoder of coverage and the
 * classifiers on real images. Training and control people are disjoint, and neither network has
 * seen the control.
 * @throws Error where the two sets share fewer than two calcium grades
 */
export async function openQualityProbe(
  { training, holdout }: { training: ImageSet; holdout: ImageSet },
  { seed, runs, images, steps = usualSteps }: QualityProbeOptions,
  context = new TaskContext(),
): Promise<QualityProbe> {
  const grades = commonGrades(training, holdout);
  if (grades.length < 2)
    throw new Error(
      `Training and control people have ${grades.length} of the calcium grades in common; two are needed.`,
    );
  const encoder = await trainEncoder(training, context, { seed, steps: steps.encoder });
  /**
   * A stream of its own for each choice: what is judged does not depend on what was judged before.
   */
  const choose = (set: ImageSet, count: number, draw: number): ImageSet =>
    selectImages(set, permutation(gateStream(seed, 'subsets', draw), set.count).slice(0, count));
  const real = choose(training, images, 0);
  const compared = Math.min(holdout.count, real.count, images);
  const target = await encoder.embed(choose(holdout, compared, 1), context);
  const cover = async (set: ImageSet): Promise<Prdc> =>
    prdc(target, await encoder.embed(choose(set, compared, 2), context), neighbours);
  const train = (set: ImageSet, run: number): Promise<Classifier> =>
    trainClassifier(set, context, {
      recipe: recipes.full,
      seed,
      run,
      grades,
      steps: steps.classifier,
      from: 0,
      to: 1,
    });
  const truth = gradeIndices(holdout, grades);
  const accuracyOf = async (classifier: Classifier): Promise<number> =>
    balancedAccuracy(truth, predict(await classifier.score(holdout, context), grades.length));

  const onReal = {
    coverage: (await cover(real)).coverage,
    classifiers: new Array<Classifier>(),
    accuracies: new Array<number>(),
  };
  for (let run = 0; run < runs; run += 1) {
    const classifier = await train(real, run);
    onReal.classifiers.push(classifier);
    onReal.accuracies.push(await accuracyOf(classifier));
  }
  const realAccuracy = mean(onReal.accuracies);
  return {
    realAccuracy,
    async judge(set) {
      const accuracies: number[] = [];
      for (let run = 0; run < runs; run += 1)
        accuracies.push(await accuracyOf(await train(set, run)));
      const scores = new Float32Array(set.count * grades.length);
      for (const classifier of onReal.classifiers)
        (await classifier.score(set, context)).forEach((score, at) => (scores[at]! += score));
      const read = predict(scores, grades.length);
      return {
        coverage: (await cover(set)).coverage / onReal.coverage,
        utility: mean(accuracies) / realAccuracy,
        labelConsistency: shareEqual(gradeIndices(set, grades), read),
      };
    },
  };
}
