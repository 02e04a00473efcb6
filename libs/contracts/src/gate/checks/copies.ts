import { finding } from './finding.ts';
import type { CheckRow } from './row.ts';

const copies = finding(
  {
    none: {
      en: 'None of the {images} images lies nearer to a training image than chance allows.',
      sv: 'Ingen av de {images} bilderna ligger närmare en träningsbild än slumpen medger.',
    },
    one: {
      en: '1 of the {images} images lies nearer to a training image than chance allows: see the closest pairs.',
      sv: '1 av de {images} bilderna ligger närmare en träningsbild än slumpen medger: se de närmaste paren.',
    },
    some: {
      en: '{copies} of the {images} images lie nearer to a training image than chance allows: see the closest pairs.',
      sv: '{copies} av de {images} bilderna ligger närmare en träningsbild än slumpen medger: se de närmaste paren.',
    },
    crowd: {
      en: 'No single image is near enough to be a copy by itself, but too many are near.',
      sv: 'Ingen enskild bild är nära nog att för sig vara en kopia, men alltför många är nära.',
    },
    zone: {
      en: 'Flagged images, as near as only the nearest of other real people’s images: {flagged}; expected by chance: {expected}.',
      sv: 'Flaggade bilder, så nära som bara de närmaste av andra verkliga personers bilder: {flagged}; väntat av slumpen: {expected}.',
    },
    released: {
      en: 'Of all images searched, released before: {released}.',
      sv: 'Av alla bilder som söktes igenom, utlämnade tidigare: {released}.',
    },
    before: {
      en: 'Of the images that are too near, released before: {before}.',
      sv: 'Av bilderna som ligger för nära, utlämnade tidigare: {before}.',
    },
    relatives: {
      en: 'People outside the training split who lie so near to a training image that they may be the same person or share a scan with one: {relatives}. The distance of a copy was set without them.',
      sv: 'Personer utanför träningsdelen som ligger så nära en träningsbild att de kan vara samma person eller dela en undersökning med någon där: {relatives}. Kopieavståndet sattes utan dem.',
    },
    once: {
      en: 'False-alarm rate of this check: at most 1 in {once} cohorts without copies.',
      sv: 'Andel falsklarm i denna kontroll: högst 1 på {once} kohorter utan kopior.',
    },
  },
  ({ isFailed, judged, value, count, tenths, detail }) => {
    const [copied, before, significance, relatives] = [
      detail('copies') ?? value ?? 0,
      detail('copiesReleasedBefore') ?? 0,
      detail('significance') ?? 0,
      detail('relatives'),
    ];
    // Two rules may refuse, each at this significance (libs/gate/src/copies/copy-search.ts). Files
    // older than the test of relatives had no third.
    const tests = relatives === null ? 2 : 3;
    const released = judged.released.reduce((sum, { images }) => sum + images, 0);
    return {
      say: [
        copied > 1 ? 'some' : copied === 1 ? 'one' : isFailed ? 'crowd' : 'none',
        before > 0 && 'before',
        'zone',
        released > 0 && 'released',
        (relatives ?? 0) > 0 && 'relatives',
        'once',
      ],
      parts: {
        images: count(judged.counts.synthetic + released),
        copies: count(copied),
        released: count(released),
        before: count(before),
        flagged: count(detail('flagged')),
        expected: tenths(detail('flaggedExpected')),
        relatives: count(relatives),
        once: significance > 0 ? count(1 / (tests * significance)) : null,
      },
    };
  },
);

/** P1: does the cohort hold a copy of a training image? */
export const copyChecks = {
  'copy-contrastive': {
    id: 'P1a',
    family: 'privacy',
    unit: 'count',
    limits: ['falseAlarmQuantile', 'copySignificance'],
    question: {
      en: 'Is an image nearer to a training image than chance allows?',
      sv: 'Ligger någon bild närmare en träningsbild än slumpen medger?',
    },
    name: { en: 'Copies by content', sv: 'Kopior efter innehåll' },
    text: {
      en: 'Images that lie closer to a training image than images of other real people ever do, in a space that ignores noise, shift and contrast.',
      sv: 'Bilder som ligger närmare en träningsbild än andra verkliga personers bilder någonsin gör, i ett rum som bortser från brus, förskjutning och kontrast.',
    },
    finding: copies,
    advice: {
      en: 'More images resemble a training person than chance explains, so the generator may have stored people. Train with more people, stronger augmentation or fewer steps, and draw a new cohort: taking out single images hides the fault and does not repair it.',
      sv: 'Fler bilder liknar en person i träningsdelen än slumpen förklarar, så generatorn kan ha lagrat personer. Träna på fler personer, med mer variation i bilderna eller färre steg, och dra en ny kohort: att plocka bort enstaka bilder döljer felet och lagar det inte.',
    },
    distribution: {
      title: {
        en: 'From each image to the closest training image, by content',
        sv: 'Från varje bild till närmaste träningsbild, efter innehåll',
      },
      axis: { en: 'distance', sv: 'avstånd' },
    },
  },

  'copy-pixel': {
    id: 'P1b',
    family: 'privacy',
    unit: 'count',
    limits: ['falseAlarmQuantile', 'copySignificance'],
    question: {
      en: 'Is one the same picture, moved, mirrored or brightened?',
      sv: 'Är någon samma bild, flyttad, speglad eller ljusare?',
    },
    name: { en: 'Copies by pixel', sv: 'Kopior bildpunkt för bildpunkt' },
    text: {
      en: 'The same question, pixel by pixel, whatever the shift.',
      sv: 'Samma fråga bildpunkt för bildpunkt, oavsett förskjutning.',
    },
    finding: copies,
    advice: {
      en: 'More images than chance explains are nearly the same picture as a training image. Let a reviewer look at the closest pairs. Then train with more people, stronger augmentation or an earlier checkpoint, and draw a new cohort.',
      sv: 'Fler bilder än slumpen förklarar är nästan likadana som en träningsbild. Låt en granskare se på de närmaste paren. Träna sedan på fler personer, med mer variation eller från en tidigare kontrollpunkt, och dra en ny kohort.',
    },
    distribution: {
      title: {
        en: 'From each image to the closest training image, by pixel',
        sv: 'Från varje bild till närmaste träningsbild, bildpunkt för bildpunkt',
      },
      axis: { en: 'distance', sv: 'avstånd' },
    },
  },

  'copy-spectrum': {
    id: 'P1c',
    family: 'privacy',
    unit: 'count',
    limits: ['falseAlarmQuantile', 'copySignificance'],
    question: {
      en: 'Does one hold the same waves and noise, wherever they lie?',
      sv: 'Har någon samma vågor och brus, var de än ligger?',
    },
    name: { en: 'Copies by spectrum', sv: 'Kopior efter spektrum' },
    text: {
      en: 'The same question of the waves that a picture is made of, noise included, wherever in the picture they lie.',
      sv: 'Samma fråga om de vågor som bilden består av, bruset inräknat, var i bilden de än ligger.',
    },
    finding: copies,
    advice: {
      en: 'More images than chance explains hold the waves, noise among them, of a training image. Let a reviewer look at the closest pairs. Then train with more people, stronger augmentation or an earlier checkpoint, and draw a new cohort.',
      sv: 'Fler bilder än slumpen förklarar har samma vågor som en träningsbild, bruset bland dem. Låt en granskare se på de närmaste paren. Träna sedan på fler personer, med mer variation eller från en tidigare kontrollpunkt, och dra en ny kohort.',
    },
    distribution: {
      title: {
        en: 'From each image to the closest training image, by spectrum',
        sv: 'Från varje bild till närmaste träningsbild, efter spektrum',
      },
      axis: { en: 'distance', sv: 'avstånd' },
    },
  },
} satisfies Record<string, CheckRow>;
