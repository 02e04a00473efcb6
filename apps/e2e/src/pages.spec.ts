import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { auditEventTypes } from '@scapis/contracts';
import { findRepositoryRoot } from '@scapis/platform';
import { findPeer, smallPdf } from '@scapis/testing';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cast, lab, people, type PersonName } from './lab-access.ts';
import { completeForm, smallTraining, type Story, toldStory, until } from './story.ts';

// What people see: every page in both languages, wide and narrow, looked at by a browser; and their
// main ways through them, by keyboard and mouse.

/**
 * Pictures of the pages, for people to look at: one of each page, in Swedish and wide, and one of
 * each look that has a fault. SCREENSHOTS=all takes every look.
 */
const screens = join(findRepositoryRoot(), '.lab', 'e2e-screens');
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
/**
 * A page is loaded once in each language and then made narrow. Axe goes through each language and
 * each width once.
 */
const looks = [
  { locale: 'sv', width: 1280, hasAxe: true, isLookedAt: true },
  { locale: 'sv', width: 390, hasAxe: false, isLookedAt: false },
  { locale: 'en', width: 1280, hasAxe: false, isLookedAt: false },
  { locale: 'en', width: 390, hasAxe: true, isLookedAt: false },
] as const;
/**
 * A missing sentence shows as its key. The audit log shows names of its events and the guides name
 * files (dataset.json), which look alike.
 */
const bareKeys =
  /\b(home|application|permit|dataset|training|cohort|gate|download|decision|conditions|errors|events|states|objects)\.(?!(?:json|csv|zip|pdf|onnx|dcm)\b)[a-z][\w-]*\.?[\w.-]*/g;

let browser: Browser;
let story: Story;
let ensembleId: string;
const pages = new Map<PersonName, Page>();
/** What each person's browser has complained about since it was last asked. */
const complaints = new Map<PersonName, string[]>();
const takeComplaints = (name: PersonName): string[] => complaints.get(name)?.splice(0) ?? [];

beforeAll(async () => {
  mkdirSync(screens, { recursive: true });
  story = await toldStory();
  ensembleId = await trainedEnsemble();
  browser = await chromium.launch({
    executablePath: findPeer('chromium'),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
});
afterAll(() => browser.close());

async function trainedEnsemble(): Promise<string> {
  const { permitId, versionId: datasetVersionId } = story;
  const { id } = await cast.applicant.call('ensembles.create', {
    body: {
      ...smallTraining,
      permitId,
      datasetVersionId,
      title: 'Two networks',
      steps: 40,
      members: 2,
    },
  });
  await until(
    () => cast.applicant.call('ensembles.get', { path: { id } }),
    ({ state }) => state !== 'training' && state !== 'choosing',
  );
  return id;
}

/** The person's browser, signed in through the page that people sign in on. */
async function pageOf(name: PersonName): Promise<Page> {
  const found = pages.get(name);
  if (found !== undefined) return found;
  const context = await browser.newContext({
    locale: 'en-GB',
    acceptDownloads: true,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const heard: string[] = [];
  complaints.set(name, heard);
  await page.goto(lab.url);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.locator('#username').fill(people[name].username);
  await page.locator('#password').fill(people[name].password);
  await page.locator('button[type=submit]').click();
  await page.getByRole('heading', { level: 1, name: /Hello/ }).waitFor();
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content.Security.Policy|violates/i.test(message.text()))
      heard.push(`console: ${message.text()} (${page.url()})`);
  });
  page.on('pageerror', (error) => heard.push(`script: ${error.message} (${page.url()})`));
  pages.set(name, page);
  return page;
}

async function settle(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
  // Charts, sheets and pictures come a moment after the heading. An event stream never ends, so
  // there is no waiting for silence: nothing is busy, all fonts and pictures are there, and two
  // frames in a row look alike.
  await page.evaluate(async () => {
    await document.fonts.ready;
    const frame = (): Promise<void> =>
      new Promise((resolve) => requestAnimationFrame(() => resolve()));
    const shape = (): string =>
      `${document.body.innerHTML.length} ${document.documentElement.scrollHeight}`;
    const isReady = (): boolean =>
      document.querySelector('[aria-busy=true]') === null &&
      [...document.images].every(({ complete }) => complete);
    for (let last = '', alike = 0; alike < 2;) {
      await frame();
      const now = shape();
      alike = isReady() && now === last ? alike + 1 : 0;
      last = now;
    }
  });
}

async function checkAccessibility(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResults>(
    'axe.run(document, { resultTypes: ["violations"] })',
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(
            ({ html, failureSummary }) =>
              `${html.slice(0, 160)} ${failureSummary?.split('\n')[1] ?? ''}`,
          )
          .join(' | ')}`,
    );
}

/**
 * Opens a page in each look and tells what is wrong with it. @param awaited what the page shows
 * last, where it asks the lab a second time
 */
async function look(
  name: PersonName,
  title: string,
  path: string,
  awaited = 'main h1',
): Promise<string[]> {
  const page = await pageOf(name);
  const faults: string[] = [];
  let loaded: string | null = null;
  for (const { locale, width, hasAxe, isLookedAt } of looks) {
    const at = `${title} ${locale} ${width}`;
    await page.setViewportSize({ width, height: 900 });
    if (locale !== loaded) {
      await page.evaluate((chosen) => localStorage.setItem('lab.locale', chosen), locale);
      await page.goto(`${lab.url}${path}`);
      await page.locator(awaited).first().waitFor();
      loaded = locale;
    }
    await settle(page);
    const facts = await page.evaluate(() => ({
      lang: document.documentElement.lang,
      headings: document.querySelectorAll('h1').length,
      text: document.body.innerText,
      overflow: document.documentElement.scrollWidth - window.innerWidth,
    }));
    const before = faults.length;
    if (facts.lang !== locale) faults.push(`${at}: language is ${facts.lang}`);
    if (facts.headings !== 1) faults.push(`${at}: ${facts.headings} main headings`);
    if (facts.overflow > 1) faults.push(`${at}: ${facts.overflow} px wider than the window`);
    const key = facts.text
      .match(bareKeys)
      ?.find((each) => !(auditEventTypes as readonly string[]).includes(each));
    if (key !== undefined) faults.push(`${at}: shows the key ${key}`);
    if (/\b(undefined|NaN|Invalid Date|\[object Object\]|null)\b/.test(facts.text))
      faults.push(
        `${at}: shows ${/\b(undefined|NaN|Invalid Date|\[object Object\]|null)\b/.exec(facts.text)?.[0]}`,
      );
    if (hasAxe) faults.push(...(await checkAccessibility(page)).map((each) => `${at}: ${each}`));
    faults.push(...takeComplaints(name).map((each) => `${at}: ${each}`));
    if (isLookedAt || faults.length > before || process.env['SCREENSHOTS'] === 'all')
      await page.screenshot({
        path: join(screens, `${title}-${name}-${locale}-${width}.png`),
        fullPage: true,
      });
  }
  return faults;
}

describe('every page, in both languages, wide and narrow', () => {
  const places: [PersonName, string, (of: Story) => string | Promise<string>, awaited?: string][] =
    [
      ['applicant', 'home', () => '/'],
      ['firstAdmin', 'home', () => '/'],
      ['auditor', 'home', () => '/'],
      ['applicant', 'notifications', () => '/notifications'],
      ['applicant', 'applications', () => '/applications'],
      ['applicant', 'case', ({ applicationId }) => `/applications/${applicationId}`],
      ['firstAdmin', 'case', ({ applicationId }) => `/applications/${applicationId}`],
      [
        'applicant',
        'form',
        async () =>
          `/applications/${(await cast.applicant.call('applications.create', { body: { title: 'Begun' } })).id}/edit`,
      ],
      ['applicant', 'permits', () => '/permits'],
      ['pilot', 'permit', ({ permitId }) => `/permits/${permitId}`],
      ['stranger', 'catalogue', () => '/datasets'],
      ['firstAdmin', 'new-dataset', () => '/datasets/new'],
      ['applicant', 'dataset', ({ datasetId }) => `/datasets/${datasetId}`],
      ['firstAdmin', 'dataset', ({ datasetId }) => `/datasets/${datasetId}`],
      ['secondAdmin', 'version', ({ versionId }) => `/dataset-versions/${versionId}`],
      ['applicant', 'runs', () => '/training-runs'],
      [
        'applicant',
        'new-run',
        ({ runId }) => `/training-runs/new?from=${runId}`,
        'main [role=status] dl',
      ],
      ['applicant', 'compare-runs', ({ runId }) => `/training-runs/compare?runs=${runId}`],
      ['secondAdmin', 'run', ({ runId }) => `/training-runs/${runId}`],
      ['applicant', 'ensemble', () => `/ensembles/${ensembleId}`],
      ['applicant', 'new-import', () => '/generator-imports/new'],
      ['pilot', 'cohorts', () => '/cohorts'],
      ['applicant', 'new-cohort', () => `/cohorts/new?ensemble=${ensembleId}`],
      ['secondAdmin', 'cohort', ({ cohortId }) => `/cohorts/${cohortId}`],
      ['applicant', 'cohort', ({ cohortId }) => `/cohorts/${cohortId}`],
      ['applicant', 'receipts', () => '/receipts'],
      ['auditor', 'audit', () => '/audit'],
      ['auditor', 'provenance', ({ cohortId }) => `/provenance/cohort-version/${cohortId}`],
      ['applicant', 'guide-applicant', () => '/guides/applicant'],
      ['firstAdmin', 'guide-lab-admin', () => '/guides/lab-admin'],
      ['applicant', 'guide-reviewer', () => '/guides/reviewer'],
      ['auditor', 'guide-operator', () => '/guides/operator'],
      ['pilot', 'guide-readers', () => '/guides/readers'],
      ['applicant', 'accessibility', () => '/tillganglighet'],
      ['applicant', 'not-found', () => '/nothing-here'],
    ];
  // Two people look at a time, each in a browser of their own: the applicant, who has about half
  // of the pages, and one of the others.
  const faultsOf = new Map(places.map((place) => [place, Promise.withResolvers<string[]>()]));
  const visit = async (isOfApplicant: boolean): Promise<void> => {
    for (const [place, { promise, resolve, reject }] of faultsOf) {
      const [name, title, pathOf, awaited] = place;
      if ((name === 'applicant') !== isOfApplicant) continue;
      promise.catch(() => undefined);
      await Promise.resolve(pathOf(story))
        .then((path) => look(name, title, path, awaited))
        .then(resolve, reject);
    }
  };
  beforeAll(() => {
    for (const isOfApplicant of [true, false]) void visit(isOfApplicant);
  });
  it.each(places.map((place) => ({ place, name: place[0], title: place[1] })))(
    '$name: $title',
    async ({ place }) => {
      expect(await faultsOf.get(place)?.promise).toEqual([]);
    },
  );

  it('nobody: the landing page and the sign-in page', async () => {
    const context = await browser.newContext({ locale: 'sv-SE' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    // Asking who one is, without a session, is answered 401, which the browser notes; anything else
    // is a fault.
    page.on(
      'console',
      (message) =>
        message.type() === 'error' &&
        !message.text().includes('401') &&
        faults.push(message.text()),
    );
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(lab.url);
      await settle(page);
      faults.push(...(await checkAccessibility(page)));
      await page.screenshot({ path: join(screens, `landing-sv-${width}.png`), fullPage: true });
    }
    await page.getByRole('link', { name: 'Logga in' }).click();
    await page.locator('#username').waitFor();
    faults.push(...(await checkAccessibility(page)));
    await page.screenshot({ path: join(screens, 'sign-in-sv-390.png') });
    await page.locator('#username').fill(people.pilot.username);
    await page.locator('#password').fill('wrong');
    await page.locator('button[type=submit]').click();
    await page.getByRole('alert').waitFor();
    await context.close();
    expect(faults).toEqual([]);
  });
});

describe('the ways through them', () => {
  let applicationPath = '';
  const wide = async (name: PersonName, path: string): Promise<Page> => {
    const page = await pageOf(name);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.evaluate(() => localStorage.setItem('lab.locale', 'en'));
    await page.goto(`${lab.url}${path}`);
    await settle(page);
    return page;
  };

  it('changes the language and keeps it', async () => {
    const page = await wide('applicant', '/applications');
    await page.getByRole('button', { name: 'Svenska' }).click();
    await page.getByRole('heading', { level: 1, name: 'Ansökningar' }).waitFor();
    await page.reload();
    await settle(page);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('sv');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Applications' }).waitFor();
  });

  it('applies by keyboard alone', async () => {
    const page = await wide('applicant', '/applications');
    await page.getByRole('button', { name: 'Begin an application' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/applications\/[\w-]+\/edit$/);
    await settle(page);
    applicationPath = new URL(page.url()).pathname.replace('/edit', '');
    const form = completeForm(story.datasetId);
    await page.getByLabel('Title of the project').focus();
    await page.keyboard.type('Calcium by keyboard');
    for (const value of [
      form.organisation,
      form.responsibleResearcher,
      form.purpose,
      form.ethicsNumber,
    ]) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(value);
    }
    await page.getByLabel('Ethics approval valid until').fill(form.ethicsValidUntil ?? '');
    await page.getByLabel('Access wanted until').fill(form.accessUntil ?? '');
    const { title } = await cast.applicant.call('datasets.get', { path: { id: story.datasetId } });
    await page.getByRole('checkbox', { name: title }).first().focus();
    await page.keyboard.press('Space');
    await page.locator('input[type=file]').setInputFiles({
      name: 'decision.pdf',
      mimeType: 'application/pdf',
      buffer: smallPdf,
    });
    await page.getByRole('button', { name: 'Upload' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Attached: decision.pdf').waitFor();
    await page.getByText('Everything is there.').waitFor();
    await page.getByRole('button', { name: 'Send in' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === applicationPath);
    await expect
      .poll(
        async () =>
          (
            await cast.applicant.call('applications.get', {
              path: { id: applicationPath.split('/').at(-1) ?? '' },
            })
          ).state,
      )
      .toBe('submitted');
    expect(takeComplaints('applicant')).toEqual([]);
  });

  it('votes, each reviewer on his own page, found from the home page', async () => {
    for (const name of ['firstAdmin', 'secondAdmin'] as const) {
      const page = await wide(name, '/');
      await page
        .getByRole('link', { name: /Decide on an application.*Calcium by keyboard/ })
        .click();
      await page.getByRole('radio', { name: 'Approve' }).check();
      await page.getByRole('textbox', { name: 'Reason' }).fill('In order.');
      await page.getByRole('button', { name: 'Cast the vote' }).click();
      await page
        .getByText(name === 'firstAdmin' ? '1 of 2 votes cast' : '2 of 2 votes cast')
        .waitFor();
    }
    for (const name of ['firstAdmin', 'secondAdmin'] as const)
      expect(takeComplaints(name)).toEqual([]);
  });

  it('signs the terms', async () => {
    const page = await wide('applicant', applicationPath);
    await page.getByRole('link', { name: 'To the permit' }).click();
    expect(await page.getByRole('button', { name: 'Sign the terms' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: /I have read the terms/ }).check();
    await page.getByRole('button', { name: 'Sign the terms' }).click();
    await page.getByText(/^You signed/).waitFor();
    expect(takeComplaints('applicant')).toEqual([]);
  });

  it('downloads what the checklist allows, has it checked, and gets the receipt', async () => {
    const page = await wide('pilot', `/cohorts/${story.cohortId}`);
    await page.getByText('Everything is in place').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the bundle' }).click(),
    ]);
    const file = await download.path();
    const { bundle } = await cast.pilot.call('cohorts.get', { path: { id: story.cohortId } });
    expect(download.suggestedFilename()).toBe(bundle?.name);
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(bundle?.sha256);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText(/^Receipt no\. \d+ is issued/).waitFor();
    expect(takeComplaints('pilot')).toEqual([]);
  });

  it('revokes with a reason', async () => {
    const permitId =
      (
        await cast.applicant.call('applications.get', {
          path: { id: applicationPath.split('/').at(-1) ?? '' },
        })
      ).permitId ?? '';
    const page = await wide('firstAdmin', `/permits/${permitId}`);
    await page.getByRole('button', { name: 'Revoke' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Revoke' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Why?' }).fill('The project has ended.');
    await page.screenshot({ path: join(screens, 'revoke-dialog.png') });
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    // The dialog's own text is the same; what counts is the page behind it.
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('The project has ended.').waitFor();
    expect(await cast.applicant.call('permits.get', { path: { id: permitId } })).toMatchObject({
      state: 'revoked',
      revokeReason: 'The project has ended.',
    });
    expect(takeComplaints('firstAdmin')).toEqual([]);
  });

  it('signs out', async () => {
    const page = await wide('stranger', '/');
    await page.getByRole('button', { name: /your account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await page.goto(`${lab.url}/applications`);
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
  });
});
