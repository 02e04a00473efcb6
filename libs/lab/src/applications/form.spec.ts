import { expect, test } from 'vitest';
import { type FilledForm, findMissingFields } from './form.ts';

const complete: FilledForm = {
  title: 'Calcium in synthetic CT',
  organisation: 'Linköpings universitet',
  responsibleResearcher: 'Astrid Lind, PhD',
  purpose:
    'To train a model that grades coronary calcium on synthetic images before it meets a real one.',
  ethicsNumber: '2026-01234-01',
  ethicsValidUntil: '2028-12-31',
  accessUntil: '2028-12-31',
  datasetIds: ['01900000-0000-7000-8000-000000000001'],
  hasEthicsDocument: true,
};

test('a complete form misses nothing', () => {
  expect(findMissingFields(complete, '2026-11-23')).toEqual([]);
});

test.each<[string, Partial<FilledForm>]>([
  ['title', { title: 'CT' }],
  ['organisation', { organisation: '' }],
  ['responsibleResearcher', { responsibleResearcher: '' }],
  ['purpose', { purpose: 'too short' }],
  ['ethicsNumber', { ethicsNumber: '2026/1234' }],
  ['ethicsValidUntil', { ethicsValidUntil: null }],
  ['accessUntil', { accessUntil: null }],
  ['accessUntil', { accessUntil: '2029-01-01' }],
  ['accessUntil', { accessUntil: '2026-11-22' }],
  ['datasetIds', { datasetIds: [] }],
  ['ethicsDocument', { hasEthicsDocument: false }],
])('%s is named when it is wrong', (field, change) => {
  expect(findMissingFields({ ...complete, ...change }, '2026-11-23')).toEqual([field]);
});

test('an ethics approval that has run out is named, and with it the access it no longer covers', () => {
  expect(
    findMissingFields({ ...complete, ethicsValidUntil: '2026-01-01' }, '2026-11-23').sort(),
  ).toEqual(['accessUntil', 'ethicsValidUntil']);
});
