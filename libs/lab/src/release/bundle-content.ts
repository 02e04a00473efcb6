import { createHash } from 'node:crypto';
import { calciumGrades, type ImageLabels } from '@scapis/contracts';
import {
  defaultTrainingFieldOfViewMm,
  toPng,
  wideWindow,
  writeSyntheticCt,
  type BundleEntry,
} from '@scapis/imaging';
import { imageOf, labelsOf } from '../images/image-pack.ts';
import { renderDatasheet, renderNoUse, renderOverride } from './datasheet.ts';
import type { Release } from './release.ts';

type CohortSplit = 'train' | 'validation' | 'test';

/** A generator of single slices knows no thickness, but a CT object must name one. */
const nominalThicknessMm = 3;

/**
 * The form of a bundle, raised when the same release would be written as other bytes. A bundle that
 * was released keeps its own, and its manifest and checksum verify it as before. 2: Series Number
 * counts the images, slices name their spacing, the data list names its transforms.
 */
export const bundleFormat = 'scapis-lab/bundle/2';

/**
 * How MONAI reads an image as (1, rows, columns) in Hounsfield units, for its ConfigParser
 * (monai.bundle). Its readers differ: ITK gives a lone slice a third axis, both give columns first.
 * With this list ITKReader, named instead, gives the same.
 */
const monaiTransforms = {
  _target_: 'Compose',
  transforms: [
    { _target_: 'LoadImaged', keys: 'image', reader: 'PydicomReader' },
    { _target_: 'SqueezeDimd', keys: 'image', dim: null },
    { _target_: 'EnsureChannelFirstd', keys: 'image', channel_dim: 'no_channel' },
    { _target_: 'Transposed', keys: 'image', indices: [0, 2, 1] },
  ],
};

/** @returns the bundle's files in ascending order of their names, one in memory at a time. */
export function* bundleEntries(release: Release): Generator<BundleEntry> {
  const count = release.images.personOf.length;
  const text = (name: string, content: string): BundleEntry => ({
    name,
    bytes: new TextEncoder().encode(content),
  });
  // A file of its own, so that the manifest names it too.
  if (release.override.length > 0)
    yield text(
      'FAILED-PRIVACY-CHECK.md',
      `# ${release.title}, version ${release.number}\n\n${renderOverride(release.override)}`,
    );
  if (release.noUseReason !== null)
    yield text(
      'OF-NO-USE.md',
      `# ${release.title}, version ${release.number}\n\n${renderNoUse(release.noUseReason)}`,
    );
  yield text('TERMS.en.md', release.terms.textEn);
  yield text('TERMS.sv.md', release.terms.textSv);
  yield text('dataset.json', toDecathlon(release));
  yield text('datasheet.md', renderDatasheet(release));
  for (let index = 0; index < count; index += 1)
    yield { name: `dicom/${nameOf(index)}.dcm`, bytes: toDicom(release, index) };
  yield { name: 'evidence.json', bytes: release.evidenceBytes };
  yield text('labels.csv', toLabelsCsv(release));
  for (let index = 0; index < count; index += 1) {
    yield {
      name: `png/${nameOf(index)}.png`,
      bytes: toPng(
        {
          rows: release.images.size,
          columns: release.images.size,
          values: imageOf(release.images, index),
        },
        wideWindow,
      ),
    };
  }
}

/** How image `index` (from 0) is called in the cohort's files. */
export function nameOf(index: number): string {
  return `SYN-${String(index + 1).padStart(6, '0')}`;
}

/**
 * A split for those who need one: 70 % train, 15 % validation, 15 % test, by hash, so that it stays
 * when a program sorts otherwise.
 */
export function splitOfImage(cohortVersionId: string, index: number): CohortSplit {
  const share =
    createHash('sha256')
      .update(`${cohortVersionId}/${nameOf(index)}`)
      .digest()
      .readUInt32BE(0) /
    2 ** 32;
  return share < 0.7 ? 'train' : share < 0.85 ? 'validation' : 'test';
}

function toDicom(
  { cohortVersionId, images, generators, seed }: Release,
  index: number,
): Uint8Array {
  const spacing = defaultTrainingFieldOfViewMm / images.size;
  const [first] = generators;
  const isEnsemble = generators.length > 1;
  return writeSyntheticCt({
    image: { rows: images.size, columns: images.size, hu: imageOf(images, index) },
    spacing: [spacing, spacing],
    sliceThicknessMm: nominalThicknessMm,
    cohortId: cohortVersionId,
    index: index + 1,
    labels: labelsOf(images, index),
    generator: {
      name: isEnsemble ? `SCAPIS GAN ensemble of ${generators.length}` : 'SCAPIS GAN',
      seed: String(seed),
      // An ensemble is named by the hash over its members' hashes, in their order.
      sha256: isEnsemble
        ? createHash('sha256')
            .update(generators.map((each) => each.sha256).join('\n'))
            .digest('hex')
        : (first?.sha256 ?? ''),
    },
  }).bytes;
}

function toLabelsCsv({ cohortVersionId, images }: Release): string {
  const rows = images.personOf.map((_, index) => {
    const { calciumGrade, sex, ageBand } = labelsOf(images, index);
    const name = nameOf(index);
    return [
      name,
      `dicom/${name}.dcm`,
      `png/${name}.png`,
      calciumGrade,
      sex,
      ageBand,
      splitOfImage(cohortVersionId, index),
    ].join(',');
  });
  return `${['image,dicom,png,calciumGrade,sex,ageBand,split', ...rows].join('\n')}\n`;
}

/**
 * The data list that MONAI's load_decathlon_datalist(is_segmentation=False) reads: classification
 * of the calcium grade.
 */
function toDecathlon({
  cohortVersionId,
  title,
  number,
  images,
  override,
  noUseReason,
}: Release): string {
  const items = (split: CohortSplit): { image: string; label: number; labels: ImageLabels }[] =>
    images.personOf.flatMap((_, index) =>
      splitOfImage(cohortVersionId, index) === split
        ? [
            {
              image: `dicom/${nameOf(index)}.dcm`,
              label: calciumGrades.indexOf(labelsOf(images, index).calciumGrade),
              labels: labelsOf(images, index),
            },
          ]
        : [],
    );
  const [training, validation, test] = [items('train'), items('validation'), items('test')];
  return `${JSON.stringify(
    {
      name: title,
      description: 'Synthetic chest CT slices; no image shows a person.',
      reference: `SCAPIS computer lab, cohort version ${cohortVersionId}`,
      licence: 'see TERMS.en.md',
      ...(override.length > 0 && {
        releasedInSpiteOfFailedPrivacyChecks: override.map(({ person, ...signature }) => ({
          by: person.name,
          ...signature,
        })),
      }),
      ...(noUseReason !== null && {
        releasedThoughOfNoUse: { by: noUseReason.person, reason: noUseReason.reason },
      }),
      release: `${number}.0`,
      format: bundleFormat,
      tensorImageSize: '2D',
      modality: { 0: 'CT' },
      labels: Object.fromEntries(calciumGrades.map((grade, index) => [index, grade])),
      transforms: monaiTransforms,
      numTraining: training.length,
      numValidation: validation.length,
      numTest: test.length,
      training,
      validation,
      test,
    },
    null,
    1,
  )}\n`;
}
