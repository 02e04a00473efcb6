import {
  calciumGrades,
  type CalciumGrade,
  type CheckResult,
  type GateCheck,
  type GateThresholds,
} from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { joinImages, selectImages, type GateSets } from '../images/images.ts';
import type { FeatureSets } from '../features/feature-sets.ts';
import { balancedShare, bootstrapPeople } from '../statistics/bootstrap.ts';
import {
  createAtLeastCheck,
  floorDetails,
  createUnmadeCheck,
  toInterval,
} from '../checks/check.ts';
import {
  commonGrades,
  predict,
  recipeNames,
  recipes,
  trainClassifier,
  type Classifier,
  type Recipe,
} from '../features/classifier.ts';
import type { TaskContext } from '../task-context.ts';
import {
  checkCalibration,
  checkConformal,
  checkRanking,
  checkSubgroups,
  type Panel,
} from './downstream.ts';
import { gateStream, permutation } from '../statistics/random.ts';

/**
 * Networks per training set: one seed says little, as seeds differ more than methods do
 * (docs/gate.md, U1).
 */
const seeds = 5;

export interface Utility {
  checks: CheckResult[];
  /**
   * The task space of the fidelity checks; its real side is R, whom the network never saw. Null
   * where no network could be trained.
   */
  task: FeatureSets | null;
}

const utilityChecks = [
  'utility',
  'label-consistency',
  'subgroup-gap',
  'ranking',
  'calibration',
  'conformal',
] as const satisfies GateCheck[];

/**
 * Train on synthetic, test on real (TSTR) against train on real, test on real (TRTR): same network,
 * same steps, same number of images, judged on held-out people whom neither saw, by balanced
 * accuracy on the calcium grade. The real-trained networks then read the cohort itself (TRTS): does
 * an image show the grade that its label claims? What follows from the same networks stands in
 * downstream.ts.
 */
export async function checkUtility(
  sets: GateSets,
  thresholds: GateThresholds,
  seed: number,
  steps: number,
  context: TaskContext,
): Promise<Utility> {
  const grades = commonGrades(sets.training, sets.synthetic, sets.holdout, sets.reference);
  if (grades.length < 2)
    return {
      checks: utilityChecks.map((name) =>
        createUnmadeCheck(name, 'fewSharedGrades', { grades: grades.join(', ') }),
      ),
      task: null,
    };
  const holdout = ofGrades(sets.holdout, grades);
  const test = joinImages(holdout, ofGrades(sets.reference, grades));
  const truth = gradeIndices(test, grades);
  const cohort = ofGrades(sets.synthetic, grades);
  const training = ofGrades(sets.training, grades);
  const images = Math.min(cohort.count, training.count);

  const others = recipeNames.slice(1);
  const jobs = 2 * (seeds + others.reduce((sum, name) => sum + recipes[name].effort, 0));
  let done = 0;
  const train = async (set: ImageSet, recipe: Recipe, run: number): Promise<Classifier> => {
    const equal =
      set.count === images
        ? set
        : selectImages(
            set,
            permutation(gateStream(seed, 'subsets', 100 + run), set.count).slice(0, images),
          );
    const part = { from: done / jobs, to: (done + recipe.effort) / jobs };
    done += recipe.effort;
    return trainClassifier(equal, context, { recipe, seed, run, grades, steps, ...part });
  };

  const panel: Panel = {
    test,
    truth,
    holdoutCount: holdout.count,
    grades,
    scores: { synthetic: [], real: [] },
    right: { synthetic: [], real: [] },
  };
  const cohortScores = new Float32Array(cohort.count * grades.length);
  let task: FeatureSets | null = null;
  for (let run = 0; run < seeds; run += 1) {
    // Both networks of a run start from the same weights, so that the pair differs in its data
    // alone.
    const onReal = await train(training, recipes.full, run);
    const onSynthetic = await train(cohort, recipes.full, run);
    panel.scores.real.push(await onReal.score(test, context));
    panel.scores.synthetic.push(await onSynthetic.score(test, context));
    (await onReal.score(cohort, context)).forEach((x, i) => (cohortScores[i]! += x));
    task ??= {
      synthetic: await onReal.embed(sets.synthetic, context),
      training: await onReal.embed(sets.reference, context),
      holdout: await onReal.embed(sets.holdout, context),
    };
  }
  const classes = grades.length;
  const rightOf = (all: readonly Float32Array[]): Float64Array => {
    const read = all.map((scores) => predict(scores, classes));
    return Float64Array.from(
      truth,
      (own, row) => read.reduce((sum, each) => sum + Number(each[row] === own), 0) / all.length,
    );
  };
  panel.right = {
    synthetic: [rightOf(panel.scores.synthetic)],
    real: [rightOf(panel.scores.real)],
  };
  for (const [index, name] of others.entries()) {
    const recipe = recipes[name];
    panel.right.real.push(
      rightOf([await (await train(training, recipe, seeds + index)).score(test, context)]),
    );
    panel.right.synthetic.push(
      rightOf([await (await train(cohort, recipe, seeds + index)).score(test, context)]),
    );
  }

  const [onSynthetic, onReal] = [panel.right.synthetic[0]!, panel.right.real[0]!];
  const score = (right: Float64Array, weights?: Uint16Array): number =>
    balancedShare(right, truth, classes, weights);
  const accuracies = panel.scores.synthetic.map((scores) => score(rightOf([scores])));
  const [interval] = await bootstrapPeople(
    test.subjects,
    (weights) => [score(onSynthetic, weights) / score(onReal, weights)],
    gateStream(seed, 'bootstrap'),
    context,
  );
  const confirmed = shareEqual(gradeIndices(cohort, grades), predict(cohortScores, classes));
  const claimed = gradeIndices(cohort, grades);
  const summed = panel.scores.real.reduce((sum, scores) => sum.map((x, i) => x + scores[i]!));
  const gradeNames = grades.join(', ');
  return {
    task,
    checks: [
      createAtLeastCheck('utility', score(onSynthetic) / score(onReal), thresholds.utilityRatio, {
        baseline: 1,
        interval: toInterval(interval),
        details: {
          trainedOnSynthetic: score(onSynthetic),
          trainedOnReal: score(onReal),
          ...floorDetails(
            gainOf(score(onSynthetic) - 1 / classes, score(onReal) - 1 / classes),
            thresholds.utilityFloor,
          ),
          worstSynthetic: Math.min(...accuracies),
          bestSynthetic: Math.max(...accuracies),
          images,
          seeds,
          testImages: test.count,
          testPeople: new Set(test.subjects).size,
          grades: gradeNames,
        },
      }),
      createAtLeastCheck('label-consistency', confirmed, thresholds.labelConsistency, {
        baseline: shareEqual(truth, predict(summed, classes)),
        details: {
          ...floorDetails(
            gainOf(
              cohensKappa(claimed, predict(cohortScores, classes)),
              cohensKappa(truth, predict(summed, classes)),
            ),
            thresholds.labelFloor,
          ),
          images: cohort.count,
          seeds,
          grades: gradeNames,
          gradesNotJudged: sets.synthetic.count - cohort.count,
        },
        curves: confusionCurves(
          gradeIndices(cohort, grades),
          predict(cohortScores, classes),
          grades,
        ),
      }),
      await checkSubgroups(panel, thresholds, seed, context),
      await checkRanking(panel, thresholds, seed, context),
      await checkCalibration(panel, context),
      await checkConformal(panel, seed, context),
    ],
  };
}

/**
 * For each claimed grade, the share of its images that were read as each grade: one curve per
 * claimed grade over the grades in order.
 */
function confusionCurves(
  claimed: Int32Array,
  read: Int32Array,
  grades: readonly CalciumGrade[],
): CheckResult['curves'] {
  return grades.map((grade, at) => {
    const rows = [...claimed.keys()].filter((row) => claimed[row] === at);
    const share = (asGrade: number): number =>
      rows.filter((row) => read[row] === asGrade).length / Math.max(rows.length, 1);
    return {
      name: 'gradeRead',
      x: { name: 'grade', values: grades.map((each) => calciumGrades.indexOf(each)) },
      y: { name: grade, values: grades.map((_, asGrade) => share(asGrade)) },
    };
  });
}

function ofGrades(images: ImageSet, grades: readonly CalciumGrade[]): ImageSet {
  return selectImages(
    images,
    [...images.labels.keys()].filter((row) =>
      grades.includes(images.labels[row]?.calciumGrade ?? 'none'),
    ),
  );
}

/** @returns for each image the place of its grade among `grades`, -1 if it is none of them. */
export function gradeIndices(images: ImageSet, grades: readonly CalciumGrade[]): Int32Array {
  return Int32Array.from(images.labels, ({ calciumGrade }) => grades.indexOf(calciumGrade));
}

export function shareEqual(a: Int32Array, b: Int32Array): number {
  return a.reduce((sum, x, i) => sum + Number(x === b[i]), 0) / a.length;
}

/** Least that real images gain over chance for a cohort's share of it to mean anything. */
const leastGain = 0.05;

/**
 * @returns the cohort's gain over chance as a share of what real images gain; null where that is
 * next to nothing
 */
function gainOf(ofCohort: number, ofReal: number): number | null {
  return ofReal < leastGain ? null : ofCohort / ofReal;
}

/** Agreement of two readings beyond what their marginals give by chance (Cohen 1960). */
function cohensKappa(a: Int32Array, b: Int32Array): number {
  const shareOf = (values: Int32Array, of: number): number =>
    values.reduce((sum, x) => sum + Number(x === of), 0) / values.length;
  const expected = [...new Set(a)].reduce((sum, x) => sum + shareOf(a, x) * shareOf(b, x), 0);
  return expected < 1 ? (shareEqual(a, b) - expected) / (1 - expected) : 0;
}
