/**
 * Writes everything that is made from the total tables of libs/contracts (and the table of
 * settings): the OpenAPI document, the client's types, and the pages that auditors read. `npm run
 * generate` writes; `npm run generate -- --check` writes nothing and fails when a committed file is
 * stale.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import {
  actionNames,
  actions,
  applicationTransitions,
  cohortVersionTransitions,
  datasetVersionTransitions,
  ensembleTransitions,
  errors,
  evidence,
  gateChecks,
  gateThresholds,
  generatorImportTransitions,
  jobNames,
  jobs,
  roles,
  routes,
  testedChecks,
  thresholdRows,
  trainingRunTransitions,
  type CheckRow,
  type RouteSpec,
  type StateTable,
} from '../libs/contracts/src/index.ts';
import { buildOpenApi } from '../apps/gateway/src/openapi.ts';
import { renderEnvExample, renderSettingsPage } from '../libs/platform/src/config/config.ts';
import { renderMetricsPage } from '../libs/platform/src/metrics/metrics.ts';
import { renderDoctorPage } from '../libs/platform/src/doctor/checks.ts';
import { renderDemoRealm } from '../libs/platform/src/identity/realm-table.ts';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const made = 'Generated from libs/contracts by `npm run generate`. Do not edit.';
const version = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
).version;

const stateTables: Record<string, StateTable<string>> = {
  Application: applicationTransitions,
  'Dataset version': datasetVersionTransitions,
  'Training run': trainingRunTransitions,
  Ensemble: ensembleTransitions,
  'Generator import': generatorImportTransitions,
  'Cohort version': cohortVersionTransitions,
};

const files: Record<string, () => string | Promise<string>> = {
  '.env.example': renderEnvExample,
  'docs/generated/settings.md': renderSettingsPage,
  'docs/generated/doctor.md': renderDoctorPage,
  'docs/generated/metrics.md': renderMetricsPage,
  'docker/realm.json': renderDemoRealm,
  'docs/generated/openapi.json': () => `${JSON.stringify(buildOpenApi(version), null, 2)}\n`,
  'docs/generated/permissions.md': permissionsPage,
  'docs/generated/states.md': statesPage,
  'docs/generated/errors.md': errorsPage,
  'docs/generated/jobs.md': jobsPage,
  'docs/generated/routes.md': routesPage,
  'docs/generated/gate-checks.md': gateChecksPage,
  'docs/generated/evidence.schema.json': evidenceSchema,
  'libs/client/src/schema.ts': clientSchema,
  'libs/client/src/operations.ts': clientOperations,
};

function permissionsPage(): string {
  const rows = actionNames.map((action) => {
    const holders: readonly string[] = actions[action];
    return [
      `\`${action}\``,
      ...roles.map((role) => (holders.length === 0 ? 'yes' : holders.includes(role) ? 'yes' : '-')),
    ];
  });
  return pageOf(
    'Who may do what',
    'A role opens the door; the other conditions of the decision (libs/domain) then decide: permit, membership, state, terms. An act that every role holds is open to any signed-in person.',
    table(['Act', ...roles], rows),
  );
}

function statesPage(): string {
  const diagrams = Object.entries(stateTables).map(([name, states]) => {
    const [first] = Object.keys(states);
    const ways = Object.entries(states).flatMap(([from, ways]) =>
      ways.length === 0
        ? [`  ${mermaidId(from)} --> [*]`]
        : ways.map((way) => `  ${mermaidId(from)} --> ${mermaidId(way.to)}: ${way.by}`),
    );
    const names = Object.keys(states)
      .filter((state) => state.includes('-'))
      .map((state) => `  state "${state}" as ${mermaidId(state)}`);
    const rows = Object.entries(states).flatMap(([from, ways]) =>
      ways.map((way) => [from, way.to, `\`${way.by}\``, `\`${way.event}\``]),
    );
    const start = first ? [`  [*] --> ${mermaidId(first)}`] : [];
    return [
      `## ${name}`,
      '',
      '```mermaid',
      'stateDiagram-v2',
      ...names,
      ...start,
      ...ways,
      '```',
      '',
      table(['From', 'To', 'Moved by', 'Audit event'], rows),
    ].join('\n');
  });
  return pageOf(
    'States',
    'Each move is made by the named act, in one transaction with its audit event. Nothing else changes a state.',
    diagrams.join('\n\n'),
  );
}

function errorsPage(): string {
  const rows = Object.entries(errors)
    .sort((a, b) => a[1].status - b[1].status)
    .map(([code, { status, en }]) => [`\`${code}\``, String(status), en]);
  return pageOf(
    'Errors',
    'Every error that a person or a client can meet. It comes as `application/problem+json`: `code`, `params`, `text`, `details`, `requestId`. `text` is the sentence with its parameters; in braces below is where they stand.',
    table(['Code', 'HTTP status', 'Sentence'], rows),
  );
}

function jobsPage(): string {
  const rows = jobNames.map((name) => {
    const { queue, payload, attempts, backoffMs } = jobs[name];
    const { properties } = z.toJSONSchema(payload) as {
      properties?: Record<string, { type?: string; format?: string }>;
    };
    const fields = Object.entries(properties ?? {})
      .map(([key, field]) => `\`${key}\`: ${field.format ?? field.type ?? 'any'}`)
      .join(', ');
    return [`\`${name}\``, queue, fields, String(attempts), `${backoffMs / 1000} s`];
  });
  return pageOf(
    'Jobs',
    'What the queue carries: ids, never data, never secrets. A job whose row is gone or finished does nothing.',
    table(['Job', 'Queue', 'Payload', 'Attempts', 'First wait'], rows),
  );
}

function routesPage(): string {
  const specs: [string, RouteSpec][] = Object.entries(routes);
  const rows = specs.map(([name, spec]) => [
    `\`${spec.method} ${spec.path}\``,
    `\`${name}\``,
    `\`${spec.access}\``,
    spec.summary,
  ]);
  return pageOf(
    'Routes',
    'The whole HTTP surface; what is not here does not answer. Schemas: openapi.json.',
    table(['Route', 'Operation', 'Access', 'What it does'], rows),
  );
}

function gateChecksPage(): string {
  const defaults = gateThresholds.parse({});
  const checkRows = Object.entries<CheckRow>(gateChecks).map(([name, row]) => [
    row.id,
    `\`${name}\``,
    row.name.en,
    row.family,
    row.unit,
    row.tests === undefined ? '-' : String(row.tests),
    row.isReport === true
      ? 'reported'
      : row.limits.map((limit) => `\`${limit}\` ${defaults[limit]}`).join(', ') || 'none may fail',
    row.question.en,
  ]);
  const tests = testedChecks.reduce((sum, check) => sum + gateChecks[check].tests, 0);
  const limitRows = Object.entries(thresholdRows).map(([name, { stricterWhen }]) => [
    `\`${name}\``,
    String(defaults[name as keyof typeof defaults]),
    stricterWhen,
    gateThresholds.shape[name as keyof typeof defaults].description ?? '',
  ]);
  return pageOf(
    'Checks of the release gate',
    `What each rule measures and why: [the gate](../gate.md). A failed privacy or self-test check refuses the release; a failed fidelity or utility check marks the cohort "method development only". What is only reported must have been made. \`privacySignificance\` is shared out among the ${tests} tests of P2 to P4. The file that holds the answers: [evidence.schema.json](evidence.schema.json).`,
    [
      table(
        ['Id', 'Check', 'Name', 'Family', 'Unit', 'Tests', 'Default limits', 'Question'],
        checkRows,
      ),
      '## Thresholds',
      'Set for each dataset before training. Where a cohort comes of generators under different versions, the strictest of each holds.',
      table(['Threshold', 'Default', 'Stricter when', 'What it bounds'], limitRows),
    ].join('\n\n'),
  );
}

function evidenceSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(evidence);
  return `${JSON.stringify({ $schema, title: 'Evidence file of the release gate', $comment: made, ...schema }, null, 2)}\n`;
}

async function clientSchema(): Promise<string> {
  const document = JSON.parse(JSON.stringify(buildOpenApi(version))) as OpenAPI3;
  const types = astToString(
    await openapiTS(document, { defaultNonNullable: false, alphabetize: false, silent: true }),
  );
  return `// ${made}\n${types}`;
}

function clientOperations(): string {
  const specs: [string, RouteSpec][] = Object.entries(routes);
  const rows = specs.map(
    ([name, { method, path }]) =>
      `  '${name}': { method: '${method}', path: '${path.replaceAll(/:(\w+)/g, '{$1}')}' },`,
  );
  return `// ${made}\n/** Method and path of each operation of the API. */\nexport const operationPaths = {\n${rows.join('\n')}\n} as const;\n`;
}

const mermaidId = (state: string): string => state.replaceAll('-', '_');
const pageOf = (title: string, lead: string, body: string): string =>
  `<!-- ${made} -->\n# ${title}\n\n${lead}\n\n${body}\n`;
const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, make] of Object.entries(files)) {
  const path = join(root, name);
  const text = await make();
  if (readIfThere(path) === text) continue;
  stale.push(name);
  if (isCheck) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
if (isCheck && stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run "npm run generate" and commit what it wrote.`);
  process.exitCode = 1;
} else {
  console.log(
    stale.length === 0 ? 'All generated files are current.' : `Wrote ${stale.join(', ')}.`,
  );
}
