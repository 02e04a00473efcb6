import { createHmac } from 'node:crypto';
import {
  ageBands,
  calciumGrades,
  CodedError,
  ingestReasons,
  sexes,
  splits,
  type ImageLabels,
  type IngestReason,
  type Message,
  type Split,
} from '@scapis/contracts';
import { splitOf } from '@scapis/domain';
import {
  checkSeries,
  createDecoderPool,
  createPseudonymizer,
  deidentifyActions,
  deidentifyToFile,
  examineFile,
  fromTrainingView,
  openUpload,
  readGeometry,
  readPhase,
  readReconstruction,
  seriesFindings,
  toPatientSlice,
  toTrainingView,
  UploadError,
  type Pseudonymizer,
  type SeriesFindingCode,
  type SeriesSlice,
  type UploadEntry,
  type UploadSource,
} from '@scapis/imaging';
import type { StoredObject } from '@scapis/platform';
import { encodePack, type ImagePack, type PackPerson } from '../images/image-pack.ts';
import { drawContactSheet } from '../images/sheets.ts';
import type { DatasetCounts, IngestRows } from './datasets.repository.ts';
import { smallestShownCell } from './small-counts.ts';
import { PatientFacts } from './patient-facts.ts';
import { labelColumns, LabelsError, parseLabelsTable } from './labels-table.ts';

/** Pixels per side of the training view. */
const viewSize = 64;
/** Writes under way while the next file is examined. */
const writesAtOnce = 8;

/** The upload itself can't be used; `rows` are the verdicts, where there are any. */
export class IngestError extends CodedError {
  override name = 'IngestError';
  readonly rows: IngestRows | null;

  constructor(fault: Message, rows: IngestRows | null = null) {
    super(fault);
    this.rows = rows;
  }
}

export interface IngestOptions {
  /** The zip. */
  upload: UploadSource;
  /** The dataset's pseudonym secret, 32 bytes. */
  secret: Uint8Array;
  /** Stores encrypted bytes; the same bytes twice are one object. */
  store: (bytes: Uint8Array) => Promise<StoredObject>;
  onProgress: (done: number, total: number) => void;
}

export interface Ingested {
  rows: IngestRows;
  counts: DatasetCounts;
  /** How often each action of the de-identification profile was taken, over accepted files. */
  deidentification: Record<string, number>;
  /** Series per finding. */
  findings: { code: SeriesFindingCode; count: number }[];
  viewSha256: string;
  contactSheetSha256: string;
}

/** An accepted file while the rest is read: no identity, only what stands for it. */
interface Accepted {
  ordinal: number;
  pseudonym: string;
  seriesUid: string;
  sopInstanceUid: string;
  slice: SeriesSlice;
  hu: Int16Array;
  stored: StoredObject | null;
}
type FileRow = IngestRows['files'][number];

/**
 * Reads an upload once: labels first, then a verdict per file, accepted ones de-identified and
 * stored, series checked, people put into their split, labels joined by pseudonym (original ids
 * stay in this function's memory). The same upload and secret give the same result. It stores more
 * than the result refers to, and something even when it throws: the caller discards that.
 * @throws IngestError when nothing of it can be used; LabError storage_full
 */
export async function takeIn(options: IngestOptions): Promise<Ingested> {
  const pseudonyms = createPseudonymizer(options.secret);
  const read = await readFiles(options, pseudonyms);
  const { labels } = read;
  const told = quarantine(read, read.sharedIds(), 'patient_id_shared');
  const series = checkAllSeries(told);
  const kept = quarantine({ ...read, accepted: told }, series.blocked, 'series_inconsistent');
  const labelled = quarantine(
    { ...read, accepted: kept },
    new Set(kept.filter((file) => !labels.has(file.pseudonym)).map((file) => file.ordinal)),
    'no_labels',
  );

  const people = toPeople(labelled, labels, options.secret);
  const rows = toRows(read.files, labelled, people, series.findings);
  checkSomeAreLeft(read, labelled, labels.size, rows);
  const pack = toPack(labelled, people);
  const [view, contactSheet] = [
    await options.store(encodePack(pack)),
    await options.store(drawContactSheet(pack)),
  ];
  return {
    rows,
    counts: toCounts(rows, people, pack),
    deidentification: read.actions,
    findings: countFindings(rows),
    viewSha256: view.sha256,
    contactSheetSha256: contactSheet.sha256,
  };
}

interface ReadUpload {
  files: Map<number, FileRow>;
  accepted: Accepted[];
  labels: Map<string, ImageLabels>;
  actions: Record<string, number>;
  /** Ordinals of accepted files whose Patient ID stands for more than one person. */
  sharedIds: () => Set<number>;
}

async function readFiles(options: IngestOptions, pseudonyms: Pseudonymizer): Promise<ReadUpload> {
  const people = new PatientFacts();
  const accepted: Accepted[] = [];
  const read: ReadUpload = {
    files: new Map(),
    accepted,
    labels: new Map(),
    actions: Object.fromEntries(deidentifyActions.map((action) => [action, 0])),
    sharedIds: () =>
      new Set(
        accepted.filter((file) => people.isShared(file.pseudonym)).map((file) => file.ordinal),
      ),
  };
  const decoder = createDecoderPool({ size: 2 });
  const seenImages = new Set<string>();
  const writes = new Set<Promise<void>>();
  const tables: Uint8Array[] = [];
  let done = 0;
  try {
    for await (const entry of openUpload(options.upload)) {
      if (entry.kind === 'labels') tables.push(entry.bytes);
      else {
        // All tables have come before the first image: their faults cost no time and store nothing.
        if (read.labels.size === 0) read.labels = readLabels(tables, pseudonyms);
        await readFile(entry);
      }
      options.onProgress((done += 1), entry.of);
    }
    if (read.labels.size === 0) read.labels = readLabels(tables, pseudonyms);
    await Promise.all(writes);
  } catch (error) {
    await Promise.allSettled(writes);
    throw error instanceof UploadError ? new IngestError(error.failure) : error;
  } finally {
    await decoder.close();
  }
  return read;

  async function readFile({ ordinal, bytes }: UploadEntry): Promise<void> {
    const found = await examineFile(bytes, { decoder, seenImages });
    if (found.verdict !== 'accepted') {
      read.files.set(ordinal, toFileRow(ordinal, found.reason));
      return;
    }
    const geometry = readGeometry(found.object.dataset);
    if (geometry === undefined) throw new Error('an accepted slice has no geometry');
    const written = deidentifyToFile(found.object, pseudonyms);
    const { object, patientPseudonym, counts } = written;
    if (written.residue !== null) {
      read.files.set(ordinal, toFileRow(ordinal, 'identity_left'));
      return;
    }
    people.add(patientPseudonym, found.object.dataset);
    for (const action of deidentifyActions)
      read.actions[action] = (read.actions[action] ?? 0) + counts[action];
    const { rows, columns } = found.image;
    const file: Accepted = {
      ordinal,
      pseudonym: patientPseudonym,
      seriesUid: uidOf(object, '0020000E'),
      sopInstanceUid: uidOf(object, '00080018'),
      slice: {
        rows,
        columns,
        geometry,
        reconstruction: readReconstruction(found.object.dataset),
        phase: readPhase(found.object.dataset),
      },
      hu: fromTrainingView(
        toTrainingView(toPatientSlice(found.image, geometry), { size: viewSize }),
      ),
      stored: null,
    };
    accepted.push(file);
    read.files.set(ordinal, {
      ...toFileRow(ordinal, null),
      verdict: 'accepted',
      pseudonym: file.pseudonym,
      seriesUid: file.seriesUid,
      sopInstanceUid: file.sopInstanceUid,
    });
    const write = options.store(written.bytes).then((stored) => {
      file.stored = stored;
      writes.delete(write);
    });
    // Its failure is met where the writes are awaited; until then it must not count as unhandled.
    write.catch(() => undefined);
    writes.add(write);
    if (writes.size >= writesAtOnce) await Promise.race(writes);
  }
}

/** A file's row before what is known of an accepted one. `reason` null: it is accepted. */
function toFileRow(ordinal: number, reason: IngestReason | null): FileRow {
  return {
    ordinal,
    verdict: reason === null ? 'accepted' : ingestReasons[reason].verdict,
    reason,
    pseudonym: null,
    seriesUid: null,
    sopInstanceUid: null,
    sha256: null,
    size: null,
  };
}

function uidOf(object: ReturnType<typeof deidentifyToFile>['object'], tag: string): string {
  const element = object.dataset.get(tag);
  return element?.kind === 'text' ? (element.values[0] ?? '') : '';
}

/** A series is one person's: UIDs of series come from several people in the wild. */
const seriesKey = ({ pseudonym, seriesUid }: Accepted): string => `${pseudonym}\0${seriesUid}`;

/**
 * Slices that make no volume with the others of their series are blocked; all findings are kept for
 * the person who approves.
 */
function checkAllSeries(accepted: readonly Accepted[]): {
  blocked: Set<number>;
  findings: Map<string, SeriesFindingCode[]>;
} {
  const blocked = new Set<number>();
  const findings = new Map<string, SeriesFindingCode[]>();
  for (const [key, files] of Map.groupBy(accepted, seriesKey)) {
    const check = checkSeries(files.map((file) => file.slice));
    findings.set(
      key,
      check.findings.map((finding) => finding.code),
    );
    for (const { code, slices } of check.findings) {
      if (!seriesFindings[code].isBlocking) continue;
      for (const index of slices) blocked.add(files[index]?.ordinal ?? -1);
    }
  }
  return { blocked, findings };
}

/** Marks accepted files as quarantined. @returns those that stay accepted */
function quarantine(
  { files, accepted }: Pick<ReadUpload, 'files' | 'accepted'>,
  ordinals: ReadonlySet<number>,
  reason: IngestReason,
): Accepted[] {
  for (const ordinal of ordinals) files.set(ordinal, toFileRow(ordinal, reason));
  return accepted.filter((file) => !ordinals.has(file.ordinal));
}

function readLabels(
  tables: readonly Uint8Array[],
  pseudonyms: Pseudonymizer,
): Map<string, ImageLabels> {
  const [table, second] = tables;
  if (table === undefined)
    throw new IngestError({ code: 'labels_missing', params: { columns: [...labelColumns] } });
  if (second !== undefined) throw new IngestError({ code: 'labels_twice', params: {} });
  try {
    return parseLabelsTable(table, (patientId) => pseudonyms.patient(patientId));
  } catch (error) {
    throw error instanceof LabelsError ? new IngestError(error.failure) : error;
  }
}

/**
 * Each person once, in the order of the upload, in the split that the hash of the pseudonym gives.
 */
function toPeople(
  files: readonly Accepted[],
  labels: ReadonlyMap<string, ImageLabels>,
  secret: Uint8Array,
): (PackPerson & { split: Split })[] {
  return [...new Set(files.map((file) => file.pseudonym))].map((pseudonym) => {
    const own = labels.get(pseudonym);
    if (own === undefined) throw new Error('a person without labels was not set aside');
    return {
      pseudonym,
      labels: own,
      split: splitOf(createHmac('sha256', secret).update(`split\0${pseudonym}`).digest('hex')),
    };
  });
}

function toRows(
  files: ReadonlyMap<number, FileRow>,
  accepted: readonly Accepted[],
  people: readonly (PackPerson & { split: Split })[],
  findings: ReadonlyMap<string, SeriesFindingCode[]>,
): IngestRows {
  const stored = new Map(accepted.map((file) => [file.ordinal, file.stored]));
  return {
    subjects: [...people],
    series: [...Map.groupBy(accepted, seriesKey)].flatMap(([key, slices]) =>
      slices.slice(0, 1).map(({ pseudonym, seriesUid }) => ({
        uid: seriesUid,
        pseudonym,
        slices: slices.length,
        findings: findings.get(key) ?? [],
      })),
    ),
    files: [...files.values()]
      .sort((a, b) => a.ordinal - b.ordinal)
      .map((file) => ({
        ...file,
        sha256: stored.get(file.ordinal)?.sha256 ?? null,
        size: stored.get(file.ordinal)?.size ?? null,
      })),
  };
}

function checkSomeAreLeft(
  read: ReadUpload,
  kept: readonly Accepted[],
  people: number,
  rows: IngestRows,
): void {
  if (kept.length > 0) return;
  if (read.files.size === 0) throw new IngestError({ code: 'intake_no_image', params: {} });
  const reasons = Object.entries(countBy(rows.files.flatMap((file) => file.reason ?? []))).sort(
    (a, b) => b[1] - a[1],
  );
  const reason = reasons[0]?.[0] as IngestReason | undefined;
  if (reason === undefined) throw new Error('no file was accepted, and none refused');
  const count = rows.files.length;
  throw new IngestError(
    reason === 'no_labels'
      ? { code: 'intake_nobody_labelled', params: { count, people } }
      : { code: 'intake_nothing_accepted', params: { count, reason } },
    rows,
  );
}

function toPack(files: readonly Accepted[], people: readonly PackPerson[]): ImagePack {
  const places = new Map(people.map((person, index) => [person.pseudonym, index]));
  const hu = new Int16Array(files.length * viewSize * viewSize);
  files.forEach((file, index) => hu.set(file.hu, index * viewSize * viewSize));
  return {
    size: viewSize,
    people: people.map(({ pseudonym, labels, split }) => ({ pseudonym, labels, split })),
    personOf: files.map((file) => places.get(file.pseudonym) ?? -1),
    hu,
  };
}

function toCounts(
  rows: IngestRows,
  people: readonly (PackPerson & { split: Split })[],
  pack: ImagePack,
): DatasetCounts {
  const verdicts = countBy(rows.files.map((file) => file.verdict));
  const imagesOf = countBy(pack.personOf.map((person) => people[person]?.split ?? 'T'));
  const subjectsOf = countBy(people.map((person) => person.split));
  return {
    files: rows.files.length,
    accepted: verdicts['accepted'] ?? 0,
    quarantined: verdicts['quarantined'] ?? 0,
    rejected: verdicts['rejected'] ?? 0,
    subjects: people.length,
    series: rows.series.length,
    images: pack.personOf.length,
    bySplit: Object.fromEntries(
      splits.map((split) => [
        split,
        { subjects: subjectsOf[split] ?? 0, images: imagesOf[split] ?? 0 },
      ]),
    ) as DatasetCounts['bySplit'],
    byCell: calciumGrades
      .flatMap((calciumGrade) =>
        sexes.flatMap((sex) =>
          ageBands.map((ageBand) => ({
            calciumGrade,
            sex,
            ageBand,
            subjects: people.filter(
              ({ labels }) =>
                labels.calciumGrade === calciumGrade &&
                labels.sex === sex &&
                labels.ageBand === ageBand,
            ).length,
          })),
        ),
      )
      .filter((cell) => cell.subjects >= smallestShownCell),
    byReason: countBy(rows.files.flatMap((file) => file.reason ?? [])),
  };
}

function countFindings(rows: IngestRows): { code: SeriesFindingCode; count: number }[] {
  const counts = countBy(rows.series.flatMap((series) => series.findings));
  return (Object.keys(seriesFindings) as SeriesFindingCode[]).flatMap((code) =>
    counts[code] === undefined ? [] : [{ code, count: counts[code] }],
  );
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
