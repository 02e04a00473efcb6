import { normalQuantile } from './ranking.ts';
import { logChoose } from './statistics.ts';

/** Shares of attacks that succeed, and what of it the training data is to blame for. */

export interface Share {
  successes: number;
  attacks: number;
}

/** Wilson's score interval (1927). @throws RangeError when there was no attack */
export function wilson({ successes, attacks }: Share, confidence = 0.95): [number, number] {
  if (attacks < 1 || successes < 0 || successes > attacks)
    throw new RangeError(`No share of ${successes} in ${attacks}.`);
  const z2 = normalQuantile((1 - confidence) / 2) ** 2;
  const centre = (successes + z2 / 2) / (attacks + z2);
  const half =
    Math.sqrt(z2 * ((successes * (attacks - successes)) / attacks + z2 / 4)) / (attacks + z2);
  return [Math.max(centre - half, 0), Math.min(centre + half, 1)];
}

/**
 * What an attack gains on training people beyond what it gains on people whom the generator never
 * saw: (p_train - p_control) / (1 - p_control), the control-corrected risk of the published
 * statistics. The interval joins the two Wilson intervals as Newcombe does for a difference (1998,
 * method 10). It may be negative: then the control was easier. Risk and interval end at -1 and 1:
 * no attack reveals more than all that was left, and where hardly anything was left the quotient
 * says no more than that.
 */
export function controlledRisk(
  training: Share,
  control: Share,
): { risk: number; interval: [number, number] } {
  const p = training.successes / training.attacks;
  const q = control.successes / control.attacks;
  const [pLow, pHigh] = wilson(training);
  const [qLow, qHigh] = wilson(control);
  const ofWhatWasLeft = (difference: number): number =>
    difference === 0 ? 0 : Math.min(Math.max(difference / (1 - q), -1), 1);
  const difference = p - q;
  return {
    risk: ofWhatWasLeft(difference),
    interval: [
      ofWhatWasLeft(difference - Math.hypot(p - pLow, qHigh - q)),
      ofWhatWasLeft(difference + Math.hypot(pHigh - p, q - qLow)),
    ],
  };
}

/**
 * Fisher's exact test: chance of as many or more successes on the training side, given how many
 * there were in all.
 */
export function fisherUpperTail(training: Share, control: Share): number {
  const all = training.attacks + control.attacks;
  const successes = training.successes + control.successes;
  const total = logChoose(all, successes);
  let sum = 0;
  for (let k = training.successes; k <= Math.min(successes, training.attacks); k += 1) {
    if (successes - k <= control.attacks)
      sum += Math.exp(
        logChoose(training.attacks, k) + logChoose(control.attacks, successes - k) - total,
      );
  }
  return Math.min(sum, 1);
}
