import { drawsOf, finding } from './finding.ts';
import type { CheckRow } from './row.ts';

/** F3: do single images look as a CT does? */
export const realismChecks = {
  'hu-realism': {
    id: 'F3a',
    family: 'fidelity',
    unit: 'share',
    limits: ['huRealism'],
    question: {
      en: 'Have the organs the grey values of a CT?',
      sv: 'Har organen gråvärdena i en DT-bild?',
    },
    name: { en: 'Grey values of the organs', sv: 'Organens gråvärden' },
    text: {
      en: 'Share of synthetic images whose lung, fat, soft tissue and bone all have the grey values (HU) that real images have.',
      sv: 'Andel syntetiska bilder där lunga, fett, mjukvävnad och ben alla har de gråvärden (HU) som verkliga bilder har.',
    },
    finding: finding(
      {
        found: {
          en: 'In {value} of the synthetic images lung, fat, soft tissue and bone all have the grey values of training images, and in {baseline} of other real people’s images; at least {limit} is required.',
          sv: 'I {value} av de syntetiska bilderna har lunga, fett, mjukvävnad och ben alla träningsbildernas gråvärden, och i {baseline} av andra verkliga personers bilder; minst {limit} krävs.',
        },
      },
      ({ usual, share }) => ({ say: ['found', 'interval'], parts: usual(share) }),
    ),
    advice: {
      en: 'Too many images have an organ with a grey value that no real image has. Train longer, and check that the training images were taken in with the same grey scale.',
      sv: 'För många bilder har ett organ med ett gråvärde som ingen verklig bild har. Träna längre, och kontrollera att träningsbilderna togs in med samma gråskala.',
    },
    distribution: {
      title: {
        en: 'Median grey of soft tissue in each image',
        sv: 'Mjukvävnadens mediangråvärde i varje bild',
      },
      axis: { en: 'HU', sv: 'HU' },
    },
  },

  'noise-texture': {
    id: 'F3b',
    family: 'fidelity',
    unit: 'decibel',
    isReport: true,
    limits: [],
    question: {
      en: 'Has fine detail the strength of a CT’s noise? (dB)',
      sv: 'Har fina detaljer styrkan i en DT-bilds brus? (dB)',
    },
    name: { en: 'Noise and texture', sv: 'Brus och struktur' },
    text: {
      en: 'How far the power at fine detail lies from that of real images, in decibels.',
      sv: 'Hur långt styrkan i fina detaljer ligger från verkliga bilders, i decibel.',
    },
    finding: finding(
      {
        found: {
          en: 'Noise power at fine detail differs from real images by {value} dB on average; that of training images differs by {baseline} dB.',
          sv: 'Bruseffekten i fina detaljer skiljer sig från verkliga bilder med i snitt {value} dB; träningsbildernas skiljer sig med {baseline} dB.',
        },
      },
      ({ usual, plain }) => ({ say: ['found', 'unsure'], parts: usual(plain) }),
    ),
  },

  'calcium-score': {
    id: 'F3c',
    family: 'fidelity',
    unit: 'share',
    isReport: true,
    limits: [],
    question: {
      en: 'How far is each grade’s calcium from the real one?',
      sv: 'Hur långt ligger varje grads kalk från den verkliga?',
    },
    name: { en: 'Calcium by grade', sv: 'Kalk efter grad' },
    text: {
      en: 'Difference between the calcium seen in synthetic and in training images of one grade, the grade where it exceeds that of other real people by most. Calcium is the share of bright pixels (above 130 HU) in the heart region of one small image, not a clinical Agatston score.',
      sv: 'Skillnaden mellan den kalk som syns i syntetiska bilder och i träningsbilder av samma grad, i den grad där den mest överstiger andra verkliga personers. Kalk är här andelen ljusa bildpunkter (över 130 HU) i hjärtområdet i en liten bild, inte en klinisk Agatstonpoäng.',
    },
    finding: finding(
      {
        found: {
          en: 'In the grade that differs most beyond what other real people do ({grade}), the share of images with at most a given amount of calcium differs from training images by up to {value} percentage points; for other real people by up to {baseline}.',
          sv: 'I den grad som skiljer sig mest utöver vad andra verkliga personer gör ({grade}) skiljer sig andelen bilder med högst en viss mängd kalk från träningsbilderna med upp till {value} procentenheter; för andra verkliga personer med upp till {baseline}.',
        },
      },
      // Older files averaged nothing.
      (found) => ({
        say: ['found', found.detail('draws') === null ? 'unsure' : 'averaged'],
        parts: {
          ...found.usual(found.hundred),
          ...drawsOf(found),
          grade: found.named('worstGrade'),
        },
      }),
    ),
  },
} satisfies Record<string, CheckRow>;
