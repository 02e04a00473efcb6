import { calciumGrades, gateChecks, type CheckResult, type GateCheck } from '@scapis/contracts';
import { defaultTrainingFieldOfViewMm, trainingWindow } from '@scapis/imaging';
import { labelsOf } from '../images/image-pack.ts';
import type { Release } from './release.ts';

/**
 * @returns the cohort's datasheet in Markdown, under the headings of Gebru et al. 2021 (Datasheets
 * for Datasets).
 */
export function renderDatasheet(release: Release): string {
  const { images, evidence } = release;
  const count = images.personOf.length;
  const spacing = (defaultTrainingFieldOfViewMm / images.size).toFixed(2);
  const grades = calciumGrades
    .map(
      (grade) =>
        `${grade} ${images.personOf.filter((_, index) => labelsOf(images, index).calciumGrade === grade).length}`,
    )
    .join(', ');
  return `# ${release.title}, version ${release.number}

Synthetic chest CT. Every image was drawn by a generative network; none shows a person. Cohort version ${release.cohortVersionId}.
${release.override.length > 0 ? `\n${renderOverride(release.override)}` : ''}${release.noUseReason === null ? '' : `\n${renderNoUse(release.noUseReason)}`}
## Motivation

Made in the SCAPIS computer lab so that AI methods can be developed without real images leaving the lab.
${release.usage === 'method-development-only' ? '\n**For method development only.** The gate found that the images stand back behind real ones in fidelity or utility (see the table). Do not draw conclusions about people from them.\n' : ''}
## Composition

${count} axial slices of ${images.size} x ${images.size} pixels of ${spacing} mm (${defaultTrainingFieldOfViewMm} mm field of view) in Hounsfield units from ${trainingWindow[0]} to ${trainingWindow[1]}.
One image is one synthetic person; there are no series and no repeat scans. Slice thickness, and the equal spacing between slices, in the DICOM files is nominal.
Labels: calcium grade (${grades}), sex and age band. They are what the generator was asked to show, not what a reader found.
Mix of labels: ${release.labelMix}. Combinations held by fewer than ${evidence.thresholds.minimumCell} people of the training data were never drawn.

## Collection process

Drawn with seed ${release.seed} from ${release.generators.length} generator(s) trained on de-identified images of "${release.datasetTitle}"
(${evidence.counts.trainingPeople} people in the training split, ${evidence.counts.controlPeople} held out as control, ${evidence.counts.referencePeople} as reference; split by person, before training):
${release.generators.map(({ name, sha256 }) => `- ${name}, sha256 ${sha256}`).join('\n')}

## Preprocessing, cleaning, labelling

Pixels are the generator's, rounded to whole Hounsfield units. The PNG files show the same pixels in 8 bits (window ${trainingWindow[0]} to ${trainingWindow[1]}): use the DICOM files for measurements.
\`dataset.json\` is a data list in the form of the Medical Segmentation Decathlon, which MONAI reads; its \`transforms\` give each image as (1, rows, columns) in Hounsfield units. \`labels.csv\` holds the same split.

## What the release gate found

Verdict: **${evidence.verdict}**${release.override.length > 0 ? ', overridden as said above' : ''}. The whole evidence, with histograms, is in \`evidence.json\`. Self-test (hidden copies of real images): ${evidence.selfTest.passed ? 'all forms caught' : 'not passed'}.${evidence.thresholdVersions === undefined ? '' : ` Judged by the dataset's limits of version ${evidence.thresholdVersions.join(', ')}, set before the training.`}

| Check | Family | Value | Real against real | Threshold | Verdict |
|---|---|---|---|---|---|
${evidence.checks.map(toRow).join('\n')}

## Uses

For developing and comparing methods. Not for diagnosis, not for estimating how common anything is, not as the only evidence of how a model works on people:
ask the lab to judge a model on held-out real images.
Known limits: one slice per synthetic person; ${images.size} pixels a side, so small plaques and nodules are lost; rare combinations of labels are missing; faults of the generator repeat themselves over many images.

## Distribution

To the people named in a permit who have signed the terms (version ${release.terms.version}, \`TERMS.en.md\`, \`TERMS.sv.md\`). Trying to find a person in the images is forbidden by these terms.
Check your copy: \`sha256sum -c manifest-sha256.txt\`.

## Maintenance

This version does not change. The lab withdraws it, with a reason, when a fault is found, and tells everyone who has a copy.
`;
}

/**
 * The mark of a cohort that left in spite of failed privacy checks, in Markdown: which, by whom,
 * why. @param override at least one signature
 */
export function renderOverride(override: Release['override']): string {
  const checks = [...new Set(override.flatMap((signature) => signature.checks))];
  const name = (check: GateCheck): string =>
    `${gateChecks[check].id} ${check} ("${gateChecks[check].question.en}")`;
  return `**Released in spite of failed privacy check ${checks.map(name).join(' and ')}, by ${override.map(({ person }) => person.name).join(' and ')}.**
The release gate refused this cohort: it may hold images that lie too close to a real person. Two named people set that aside, each with a written reason:

${override.map(({ person, reason, at }) => `${person.name}, ${at}:\n\n${quote(reason)}\n`).join('\n')}`;
}

/** The mark of a cohort that left though the gate found it of no use, in Markdown. */
export function renderNoUse({ person, reason }: NonNullable<Release['noUseReason']>): string {
  return `**Of no use by the release gate, and released all the same for the reason that ${person} gave.**
It lies below the floor of use that was set before the training: its images resemble no real ones, or teach nothing of their labels.

${quote(reason)}
`;
}

function quote(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `> ${line}`)
    .join('\n');
}

function toRow({ check, value, baseline, threshold, verdict }: CheckResult): string {
  return `| ${gateChecks[check].id} ${check} | ${gateChecks[check].family} | ${toText(value)} | ${toText(baseline)} | ${toText(threshold)} | ${verdict} |`;
}

function toText(value: number | null): string {
  return value === null ? '' : String(Number(value.toPrecision(4)));
}
