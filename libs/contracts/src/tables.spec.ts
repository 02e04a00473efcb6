import { describe, expect, it } from 'vitest';
import {
  agatstonUpperBound,
  ageBands,
  calciumGrades,
  labelVectorLength,
  sexes,
  toCalciumGrade,
  toLabelVector,
} from './labels.ts';
import { LabError, type PlainErrorCode } from './errors.ts';
import { errors } from './messages/errors.ts';
import { jobs } from './jobs.ts';
import { actions, roles, staffRoles } from './roles.ts';
import { routes, type RouteSpec } from './api/routes.ts';
import { applicationForm, ethicsNumberPattern } from './api/applications.ts';

describe('routes', () => {
  const rows = Object.entries(routes as Record<string, RouteSpec>);

  it('have each verb and path once', () => {
    const places = rows.map(([, { method, path }]) => `${method} ${path.replaceAll(/:\w+/g, ':')}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it.each(rows)(
    '%s: parses each of its path parameters and no other',
    (_name, { path, params }) => {
      const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name).sort();
      expect(Object.keys(params?.shape ?? {}).sort()).toEqual(inPath);
    },
  );

  it.each(rows)(
    '%s: changes nothing by GET, and takes either a form or an upload',
    (_name, { method, body, upload }) => {
      if (method === 'GET') expect([body, upload]).toEqual([undefined, undefined]);
      expect(body !== undefined && upload !== undefined).toBe(false);
    },
  );
});

describe('errors', () => {
  it.each(Object.entries(errors))(
    '%s: has an error status and a whole sentence',
    (code, { status, en }) => {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(en).toMatch(/^[A-Z].*\.$/);
      const error = new LabError(code as PlainErrorCode);
      expect(error.status).toBe(status);
      if (!en.includes('{')) expect(error.message).toBe(en);
    },
  );
});

describe('jobs', () => {
  it.each(Object.entries(jobs))(
    '%s: carries ids and counters only, and is tried more than once',
    (_name, { payload, attempts, backoffMs }) => {
      for (const field of Object.keys(payload.shape)) expect(field).toMatch(/Id$|^fromStep$/);
      expect(attempts).toBeGreaterThan(1);
      expect(backoffMs).toBeGreaterThan(0);
    },
  );
});

describe('actions', () => {
  it('name roles of the list', () => {
    for (const wanted of Object.values(actions))
      for (const role of wanted) expect(roles).toContain(role);
  });

  it('never let the lab staff of a decision be the applicants of it', () => {
    for (const action of [
      'application:vote',
      'application:return',
      'dataset:approve',
      'release:vote',
    ] as const) {
      for (const role of actions[action]) expect(staffRoles).toContain(role);
    }
  });
});

describe('labels', () => {
  it('put one 1 in each of grade, sex and age band', () => {
    for (const calciumGrade of calciumGrades)
      for (const sex of sexes)
        for (const ageBand of ageBands) {
          const vector = toLabelVector({ calciumGrade, sex, ageBand });
          expect(vector).toHaveLength(labelVectorLength);
          expect(
            [vector.slice(0, 4), vector.slice(4, 6), vector.slice(6)].map((part) =>
              part.reduce((a, b) => a + b),
            ),
          ).toEqual([1, 1, 1]);
          expect([
            calciumGrades[vector.indexOf(1)],
            sexes[vector.slice(4, 6).indexOf(1)],
            ageBands[vector.slice(6).indexOf(1)],
          ]).toEqual([calciumGrade, sex, ageBand]);
        }
  });

  it('grade an Agatston score as the usual classes do', () => {
    expect([0, 1, 99, 100, 399, 400, 5000].map(toCalciumGrade)).toEqual([
      'none',
      'mild',
      'mild',
      'moderate',
      'moderate',
      'severe',
      'severe',
    ]);
    expect(Object.keys(agatstonUpperBound)).toEqual([...calciumGrades]);
  });
});

describe('application form', () => {
  const form = {
    title: 'Calcium',
    organisation: 'LiU',
    responsibleResearcher: 'A. Lind',
    purpose: 'x'.repeat(50),
    ethicsNumber: '2026-01234-01',
    ethicsValidUntil: '2027-01-01',
    accessUntil: '2027-01-01',
    datasetIds: ['0198c0de-0000-7000-8000-000000000000'],
  };

  it('is complete with every field, and says which one is wrong', () => {
    expect(applicationForm.safeParse(form).success).toBe(true);
    for (const field of Object.keys(form)) {
      const result = applicationForm.safeParse({ ...form, [field]: '' });
      expect(result.error?.issues[0]?.path[0]).toBe(field);
    }
  });

  it.each(['2026-1234-01', '26-01234-01', '2026-01234', ' 2026-01234-01'])(
    'knows that %s is no diary number',
    (number) => expect(ethicsNumberPattern.test(number)).toBe(false),
  );
});
