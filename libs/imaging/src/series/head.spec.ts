import { describe, expect, it } from 'vitest';

import { setSequence, setText } from '../dicom/dataset.ts';
import type { DicomDataset } from '../dicom/dataset.ts';
import { canBeChest, measureBody } from './chest.ts';
import { namesHead } from './head.ts';

const withText = (tag: string, value: string): DicomDataset => {
  const dataset: DicomDataset = new Map();
  setText(dataset, tag, 'LO', value);
  return dataset;
};
const withCode = (tag: string, value: string, meaning: string): DicomDataset => {
  const item = withText('00080104', meaning);
  setText(item, '00080100', 'SH', value);
  const dataset: DicomDataset = new Map();
  setSequence(dataset, tag, [item]);
  return dataset;
};

describe('namesHead', () => {
  const heads = [
    'HeadRoutine 5.0',
    'HEADROUTINE',
    'CT_HEAD_W/O',
    'BRAIN5mm',
    'Brain w/o contrast',
    'Kranium',
    'kraniet 0.6 H60',
    'DT hjärnan',
    'DT HJÄRNA',
    'DThjärna',
    'CT hjaerna hjärna 5 mm',
    'DT skallen',
    'skallbas',
    'Huvud nativ',
    'Schädel',
    'Schaedel nativ',
    'SCHAEDELBASIS',
    'Kopf 4.0 H30s',
    'Hirn perfusion',
    'CCT nativ',
    'Gesichtsschädel',
    'facial bones',
    'Face 3D',
    'Orbita',
    'SINUS',
    'Sinus axial',
    'bihålor',
    'NNH',
    'IAC 0.6',
    'Inner ear',
    'öron',
    'mandible',
    'käke',
    'Stroke protocol',
    'CTA head and neck',
    'CTAHead',
  ];
  it.each(heads)('%s names a head, in whichever text of the image or the study', (text) => {
    for (const tag of ['0008103E', '00180015', '00181030', '00081030', '00321060', '00400254'])
      expect(namesHead(withText(tag, text)), tag).toBe(true);
    for (const tag of ['00082218', '00081032', '00321064'])
      expect(namesHead(withCode(tag, 'X1', text)), tag).toBe(true);
  });

  it.each([
    'Head first supine thorax',
    'HEAD_FIRST thorax',
    'Thorax HeadFirst',
    'feet to head',
    'head to toe',
    'EARLY arterial',
    'Thorax early',
    'overhead arms',
    'Arms over head, chest',
    'armar över huvudet',
    'kraniokaudal',
    'craniocaudal',
    'surface 3D',
    'femoral head',
    'Pankreaskopf',
    'pankreashuvud',
    'head of the pancreas',
    'Coronary sinus',
    'sinus rhythm 60 bpm',
    'sinus Valsalva aorta',
    'Thorax lunga 1.0 B70f',
    'CaSc 3.0 B35s',
    'Hjärta kalk',
    'Header test',
    'huvudserie thorax',
    'Huvudstam 0.6',
    'huvudbronker',
    'Stroke volume',
    'Thorax cranial',
    'Biblioteket',
    '',
  ])('%s names none', (text) => {
    for (const tag of ['0008103E', '00181030', '00081030'])
      expect(namesHead(withText(tag, text)), tag).toBe(false);
  });

  it('lets a chest of a study of head and chest pass, but not a series of both', () => {
    const text = 'DT skalle och thorax';
    expect(namesHead(withText('00081030', text))).toBe(false);
    expect(namesHead(withText('00181030', text))).toBe(false);
    expect(namesHead(withText('0008103E', text))).toBe(true);
  });

  it('knows the codes of regions, whatever the meaning is called', () => {
    expect(namesHead(withCode('00082218', '69536005', 'tête'))).toBe(true);
    expect(namesHead(withCode('00082218', 'T-D1100', ''))).toBe(true);
    expect(namesHead(withCode('00082218', '51185008', 'Thorax'))).toBe(false);
  });
});

describe('canBeChest', () => {
  /** A slice drawn by its distance from the middle, in millimetres. */
  const drawn = (
    draw: (x: number, y: number) => number,
    { size = 256, spacing = 1 } = {},
  ): [{ rows: number; columns: number; hu: Int16Array }, [number, number]] => [
    {
      rows: size,
      columns: size,
      hu: Int16Array.from({ length: size * size }, (_, index) =>
        draw(
          ((index % size) + 0.5 - size / 2) * spacing,
          (Math.floor(index / size) + 0.5 - size / 2) * spacing,
        ),
      ),
    },
    [spacing, spacing],
  ];
  const ellipse = (x: number, y: number, width: number, depth: number): number =>
    Math.hypot(x / width, y / depth);
  const head = (x: number, y: number): number => {
    // A rest of foam and shell, the skull of 8 mm under the skin, air in a sinus.
    if (ellipse(x, y, 75, 95) > 1)
      return Math.abs(Math.hypot(x, y) - 118) < 3 && y > 0 ? -700 : -1000;
    if (Math.hypot(x, y + 70) < 12) return -990;
    const depth = ellipse(x, y, 75, 95);
    return depth > 0.95 ? 0 : depth > 0.86 ? 900 : 35;
  };
  const chest = (x: number, y: number): number => {
    if (ellipse(x, y, 150, 105) > 1) return -1000;
    if (Math.hypot(x, y - 65) < 20) return 400;
    return ellipse(Math.abs(x) - 75, y, 50, 75) < 1 ? -860 : 40;
  };

  it.each([
    ['a head', drawn(head), false],
    ['a head in a small field of view', drawn(head, { size: 512, spacing: 0.45 }), false],
    [
      'an ankle',
      drawn((x, y) => (Math.hypot(x, y) > 45 ? -1000 : Math.hypot(x, y) < 25 ? 600 : 40)),
      false,
    ],
    ['a chest', drawn(chest, { size: 400 }), true],
    [
      'a heart cut out of a chest',
      drawn((x, y) => chest(x - 30, y), { size: 400, spacing: 0.4 }),
      true,
    ],
    [
      'a waist',
      drawn((x, y) => (ellipse(x, y, 120, 85) > 1 ? -1000 : Math.hypot(x, y - 50) < 18 ? 350 : 50)),
      true,
    ],
    [
      'shoulders',
      drawn((x, y) => (ellipse(x, y, 200, 80) > 1 ? -1000 : Math.abs(x) > 120 ? 500 : 50), {
        size: 420,
      }),
      true,
    ],
    [
      'a neck',
      drawn((x, y) =>
        Math.hypot(x, y) > 60
          ? -1000
          : Math.hypot(x, y - 20) < 14
            ? 400
            : Math.hypot(x, y + 15) < 9
              ? -1000
              : 50,
      ),
      true,
    ],
    ['nothing', drawn(() => -1000), true],
  ] as const)('%s', (_what, [image, spacing], isChest) => {
    expect(canBeChest(image, spacing), JSON.stringify(measureBody(image, spacing))).toBe(isChest);
  });
});
