import type { CheckResult, GateThresholds } from '@scapis/contracts';
import { rowsByPerson, type GateSets } from '../images/images.ts';
import { judgeAttack, leastPeople, toPeople, type Variant } from './attack-panel.ts';
import {
  measureNearness,
  scoreDomias,
  scoreGanLeaks,
  scoreIdentity,
  scoreLikelihood,
  scoreMonteCarlo,
  scoreOutliers,
  type Nearness,
  type Scores,
} from './attack-scores.ts';
import type { AttackSpaces } from './attack-space.ts';
import { stratumOf } from '../checks/label-strata.ts';
import type { Details } from '../checks/check.ts';
import type { TaskContext } from '../task-context.ts';
import type { AttackCheck } from '../checks/significance.ts';
import { scoreSubspace } from './subspace.ts';
import { scoreSurrogate } from './surrogate.ts';

/**
 * Share of people who count as outliers, and the most that may count as rare by their labels; more
 * where the control has few.
 */
const vulnerableShare = 0.1;
/** Control people that a group of vulnerable people should hold. */
const vulnerableControl = 15;

export interface AttackInput {
  /** Its cohort is the union of all that was released and this one. */
  sets: GateSets;
  spaces: AttackSpaces;
  thresholds: GateThresholds;
  seed: number;
  /** 0 leaves the surrogate out, and a check that was not made fails. */
  surrogateSteps: number;
  /** Training image that each found copy shows. */
  copied: readonly number[];
}

export type Panel = Record<Exclude<AttackCheck, 'attack-vulnerable'>, Variant[]> & {
  outlying: Variant;
};

/**
 * Every attack's scores of all people; who is a member decides only into which of the two lists a
 * person's score goes.
 */
export async function scorePanel(
  { sets, spaces, seed, surrogateSteps }: Omit<AttackInput, 'thresholds' | 'copied'>,
  context: TaskContext,
): Promise<Panel> {
  const { training, holdout } = sets;
  const nearness: Nearness[] = [];
  for (const space of [spaces.identity, spaces.random, spaces.pixel])
    nearness.push(await measureNearness(space, seed, context));
  const toVariant = (name: string, scores: Scores, how: 'max' | 'mean' = 'max'): Variant => ({
    name,
    members: toPeople(scores.subarray(0, training.count), training.subjects, how),
    nonMembers: toPeople(scores.subarray(training.count), holdout.subjects, how),
  });
  const domias = await scoreDomias([spaces.identity, spaces.random, spaces.pixel], context);
  const surrogate =
    surrogateSteps > 0
      ? [
          toVariant(
            'discriminator',
            await scoreSurrogate(
              sets,
              [training, holdout],
              { seed, steps: surrogateSteps },
              context,
            ),
          ),
        ]
      : [];
  const identity = await scoreIdentity(
    spaces,
    [...training.subjects, ...holdout.subjects],
    context,
  );
  const people = rowsByPerson(training.subjects).length;
  const subspace = await scoreSubspace(sets, [training, holdout], seed, context);
  const likelihood = await scoreLikelihood(spaces.identity, context);
  return {
    'attack-gan-leaks': [
      toVariant('nearest', scoreGanLeaks(nearness, 'one')),
      toVariant('five-nearest', scoreGanLeaks(nearness, 'several')),
    ],
    'attack-monte-carlo': [
      toVariant('median-radius', scoreMonteCarlo(nearness, 'median'), 'mean'),
      toVariant('percentile-radius', scoreMonteCarlo(nearness, 'percentile'), 'mean'),
    ],
    'attack-domias': [toVariant('density-ratio', domias)],
    'attack-surrogate': surrogate,
    'attack-identity': [
      {
        name: 'whole-person',
        members: identity.slice(0, people),
        nonMembers: identity.slice(people),
      },
    ],
    'attack-subspace': subspace.map(({ axes, scores }) =>
      toVariant(`axes-${axes}`, scores, 'mean'),
    ),
    'likelihood-gap': [toVariant('mixture', likelihood, 'mean')],
    outlying: toVariant('outliers', scoreOutliers(nearness)),
  };
}

/**
 * P2 and the likelihood of P3: every attack of the panel, people of T against people of H, and
 * apart those who stand out.
 */
export async function runAttacks(input: AttackInput, context: TaskContext): Promise<CheckResult[]> {
  const panel = await scorePanel(input, context);
  const average = (values: Float64Array): number =>
    values.reduce((sum, x) => sum + x, 0) / values.length;
  const judge = (
    check: Exclude<AttackCheck, 'attack-vulnerable'>,
    details: Details = {},
  ): CheckResult =>
    judgeAttack(check, panel[check], { thresholds: input.thresholds, seed: input.seed, details });
  const [mixture] = panel['likelihood-gap'];
  return [
    judge('attack-gan-leaks'),
    judge('attack-monte-carlo'),
    judge('attack-domias'),
    judge('attack-surrogate'),
    judge('attack-identity'),
    judge('attack-subspace'),
    judgeVulnerable(input, panel),
    // Negative = memorising, as published: training minus test of the negative log-likelihood.
    judge('likelihood-gap', {
      likelihoodGap:
        mixture === undefined ? null : average(mixture.nonMembers) - average(mixture.members),
    }),
  ];
}

/**
 * The attack with most to say, on people whom few others hide: those in the rarest combinations of
 * labels and those farthest from all reference people. On average nothing may show while these are
 * laid bare (docs/gate.md, P2f).
 */
function judgeVulnerable(
  { sets, thresholds, seed, copied }: AttackInput,
  panel: Panel,
): CheckResult {
  const { training, holdout } = sets;
  const cellsOf = (images: typeof training): string[] =>
    rowsByPerson(images.subjects).map(([row = 0]) => stratumOf(images.labels[row]!));
  const cells = { members: cellsOf(training), nonMembers: cellsOf(holdout) };
  const rare = rarest([...cells.members, ...cells.nonMembers], shareOfVulnerable(panel.outlying));
  const { variants, isOutlier } = restrictToVulnerable(panel, (side, person) =>
    rare.has(cells[side][person] ?? ''),
  );
  const personOf = new Map(
    rowsByPerson(training.subjects).flatMap((rows, person) =>
      rows.map((row) => [row, person] as const),
    ),
  );
  const copiedPeople = [...new Set(copied.map((row) => personOf.get(row) ?? -1))];
  return judgeAttack('attack-vulnerable', variants, {
    thresholds,
    seed,
    // Few people make a test that refuses seldom, not one that refuses without a reason: the row
    // tells how little it could see.
    least: 1,
    details: {
      rarePeople: sizeOf(variants[0]),
      outlyingPeople: sizeOf(variants[1]),
      rareCopied: copiedPeople.filter((person) => rare.has(cells.members[person] ?? '')).length,
      outliersCopied: copiedPeople.filter((person) => isOutlier('members', person)).length,
      groupsTooSmall: variants
        .filter(
          ({ members, nonMembers }) => Math.min(members.length, nonMembers.length) < leastPeople,
        )
        .map(({ name }) => name)
        .join(', '),
    },
  });
}

function sizeOf({ members, nonMembers }: Variant): number {
  return members.length + nonMembers.length;
}

function shareOfVulnerable({ members, nonMembers }: Variant): number {
  return Math.min(
    Math.max(vulnerableShare, vulnerableControl / Math.min(members.length, nonMembers.length)),
    1,
  );
}

type IsIn = (side: 'members' | 'nonMembers', person: number) => boolean;

/** @returns the nearest-neighbour attack on the rare alone and on the outliers alone. */
export function restrictToVulnerable(
  panel: Panel,
  isRare: IsIn,
): { variants: [rare: Variant, outliers: Variant]; isOutlier: IsIn } {
  const { outlying } = panel;
  const all = Float64Array.from([...outlying.members, ...outlying.nonMembers]).sort();
  const limit = all[Math.ceil((1 - shareOfVulnerable(outlying)) * all.length) - 1] ?? -Infinity;
  const isOutlier: IsIn = (side, person) => outlying[side][person]! > limit;
  const [attack] = panel['attack-gan-leaks'];
  const restrict = (name: string, isIn: IsIn): Variant => ({
    name,
    members: (attack?.members ?? new Float64Array()).filter((_, person) => isIn('members', person)),
    nonMembers: (attack?.nonMembers ?? new Float64Array()).filter((_, person) =>
      isIn('nonMembers', person),
    ),
  });
  return { variants: [restrict('rare', isRare), restrict('outliers', isOutlier)], isOutlier };
}

/** @returns the rarest combinations that together hold at most this share of all people. */
function rarest(cells: readonly string[], share: number): Set<string> {
  const sizes = [...Map.groupBy(cells, (cell) => cell).entries()].map(
    ([cell, own]) => [cell, own.length] as const,
  );
  const chosen = new Set<string>();
  let people = 0;
  for (const [cell, size] of sizes.sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))) {
    people += size;
    if (people > share * cells.length) break;
    chosen.add(cell);
  }
  return chosen;
}
