import type { CheckRow } from './checks/row.ts';
import { gateChecks } from './checks.ts';
import { detailParts } from './details.ts';
import type { Evidence } from './evidence.ts';
import { axisWords, chartWords, lineWords, placeOf } from './plots.ts';

/**
 * @returns names in an evidence file that have no words: the specs of libs/gate hold each check to
 * none
 */
export function unnamedIn({ checks }: Pick<Evidence, 'checks'>): string[] {
  return checks.flatMap((result) => {
    const row: CheckRow = gateChecks[result.check];
    const places = result.curves.map(placeOf);
    return [
      ...(result.histograms.length > 0 && row.distribution === undefined
        ? [`distribution of ${result.check}`]
        : []),
      ...[...result.histograms.map(({ name }) => name), ...places.map(({ line }) => line)].filter(
        (name) => !(name in lineWords),
      ),
      ...result.curves.map(({ x }) => x.name).filter((name) => !(name in axisWords)),
      ...places.map(({ chart }) => chart).filter((name) => !(name in chartWords)),
      ...detailParts(result)
        .filter(({ isKnown }) => !isKnown)
        .map(({ part }) => part),
    ];
  });
}
