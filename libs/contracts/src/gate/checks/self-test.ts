import { finding } from './finding.ts';
import type { CheckRow } from './row.ts';

/** P0 and P6: what must hold before the other checks mean anything. */
export const selfTestChecks = {
  input: {
    id: 'P0',
    family: 'self-test',
    unit: 'count',
    limits: [],
    question: {
      en: 'Are the images whole, different, and enough to judge?',
      sv: 'Är bilderna hela, olika och tillräckligt många för en bedömning?',
    },
    name: { en: 'Input', sv: 'Underlag' },
    text: {
      en: 'The splits share no person, and no image is broken, empty or a duplicate.',
      sv: 'Delarna har ingen person gemensam, och ingen bild är trasig, tom eller dubblerad.',
    },
    finding: finding(
      {
        sound: {
          en: 'The {images} images of the cohort are whole and all different, no person is in two splits, and there are enough images and people.',
          sv: 'Kohortens {images} bilder är hela och alla olika, ingen person finns i två delar, och bilderna och personerna är tillräckligt många.',
        },
        unsound: {
          en: 'Faults found: {faults}. No other check was made.',
          sv: 'Funna fel: {faults}. Ingen annan kontroll gjordes.',
        },
        notFinite: {
          en: 'Images with values that are not numbers: {notFinite}.',
          sv: 'Bilder med värden som inte är tal: {notFinite}.',
        },
        outOfRange: {
          en: 'Images with values outside the grey scale: {outOfRange}.',
          sv: 'Bilder med värden utanför gråskalan: {outOfRange}.',
        },
        constant: { en: 'Empty images: {constant}.', sv: 'Tomma bilder: {constant}.' },
        duplicates: {
          en: 'Images that the cohort holds twice: {duplicates}.',
          sv: 'Bilder som kohorten har två gånger: {duplicates}.',
        },
        controlInTraining: {
          en: 'Control images that are also training images: {controlInTraining}.',
          sv: 'Kontrollbilder som också är träningsbilder: {controlInTraining}.',
        },
        peopleInTwoSplits: {
          en: 'People in two splits: {peopleInTwoSplits}.',
          sv: 'Personer i två delar: {peopleInTwoSplits}.',
        },
        problems: {
          en: 'Sets that are too small or do not fit together: {problems}.',
          sv: 'Mängder som är för små eller inte passar ihop: {problems}.',
        },
      },
      ({ isFailed, judged, value, count, detail }) => {
        const defects = [
          'notFinite',
          'outOfRange',
          'constant',
          'duplicates',
          'controlInTraining',
          'peopleInTwoSplits',
        ] as const;
        const problems = defects.reduce((left, name) => left - (detail(name) ?? 0), value ?? 0);
        return {
          say: isFailed
            ? [
                'unsound',
                ...defects.map((name) => (detail(name) ?? 0) > 0 && name),
                problems > 0 && 'problems',
              ]
            : ['sound'],
          parts: {
            images: count(judged.counts.synthetic),
            faults: count(value),
            problems: count(problems),
            ...Object.fromEntries(defects.map((name) => [name, count(detail(name))])),
          },
        };
      },
    ),
    advice: {
      en: 'The gate cannot judge these images, so nothing was judged. The further numbers say what is wrong and how many are needed: draw more images, or take in more people; where images are broken, empty or the same, fix the generator first.',
      sv: 'Spärren kan inte bedöma bilderna, så inget har bedömts. Siffrorna nedan säger vad som är fel och hur många som behövs: dra fler bilder eller ta in fler personer; är bilder trasiga, tomma eller likadana måste generatorn lagas först.',
    },
  },

  'self-test': {
    id: 'P6',
    family: 'self-test',
    unit: 'share',
    limits: ['plantedShare'],
    question: {
      en: 'Does the search find copies that we hide ourselves?',
      sv: 'Hittar sökningen kopior som vi själva gömmer?',
    },
    name: { en: 'Self-test with canaries', sv: 'Självtest med kanariebilder' },
    text: {
      en: 'Share of the canaries (copies of training images that the gate hides in the cohort) that the search found, over all transformations.',
      sv: 'Andel av kanariebilderna (kopior av träningsbilder som spärren gömmer i kohorten) som sökningen hittade, över alla omvandlingar.',
    },
    finding: finding(
      {
        found: {
          en: 'The search found {value} of the canaries that the gate had hidden in the cohort, and {worst} of those of the hardest transformation ({form}). At least {limit} of each transformation is required.',
          sv: 'Sökningen hittade {value} av de kanariebilder som spärren hade gömt i kohorten, och {worst} av dem med den svåraste omvandlingen ({form}). Minst {limit} av varje omvandling krävs.',
        },
        stopped: {
          en: 'The search would have refused the cohort for {refused} of the {forms} transformations; it must for all.',
          sv: 'Sökningen skulle ha stoppat kohorten för {refused} av de {forms} omvandlingarna; den måste göra det för alla.',
        },
      },
      ({ usual, share, count, detail, form }) => ({
        say: ['found', 'stopped', 'counted'],
        parts: {
          ...usual(share),
          worst: share(detail('worstShare')),
          form: form('worstForm'),
          refused: count(detail('refusedForms')),
          forms: count(detail('forms')),
        },
      }),
    ),
    advice: {
      en: 'The search missed canaries that the gate had hidden, so it may have missed other copies. The lab must fix the search; the cohort is not at fault.',
      sv: 'Sökningen missade kanariebilder som spärren hade gömt och kan därför ha missat andra kopior. Labbet måste laga sökningen; kohorten bär inte skulden.',
    },
  },
} satisfies Record<string, CheckRow>;
