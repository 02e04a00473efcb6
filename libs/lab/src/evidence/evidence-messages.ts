import type { Locale } from '@scapis/contracts';

const en = {
  title: (cohort: string, number: number): string => `${cohort}, version ${number}`,
  name: 'Release gate evidence',
  lead: (dataset: string): string =>
    `Release gate evidence. Synthetic images after the dataset “${dataset}”.`,
  verdict: (verdict: string): string => `Verdict: ${verdict}`,
  override: {
    released: 'Released in spite of a failed privacy check',
    overridden: 'The gate is overridden in spite of a failed privacy check',
    text: 'The gate refused this cohort: it may hold images that lie too close to a real person. The people below set that aside, each with a reason of their own.',
    signed: (name: string, at: string): string => `${name}, ${at}`,
    checks: (names: string): string => `Set aside: ${names}`,
  },
  noUse: {
    title: 'Of no use, and to be released for this reason',
    by: (name: string): string => `Given by ${name}`,
  },
  refusals: {
    title: (count: number): string =>
      count === 1
        ? 'The gate has refused another cohort of the same training'
        : `The gate has refused ${count} other cohorts of the same training`,
    text: 'Who draws often enough from one generator may draw a cohort that passes by luck.',
    one: (title: string, at: string, checks: string): string => `${title}, ${at}: ${checks}`,
  },
  summary: {
    title: 'In short',
    family: (name: string, passed: number, count: number, reported: number): string =>
      `${name}: ${passed} of ${count} passed${reported === 0 ? '' : `, ${reported} for information`}`,
    wrong: 'Failed or could not be made:',
    none: 'Nothing failed, and every check was made.',
    unmade: 'could not be made',
  },
  checks: {
    title: 'What was asked, and what was found',
    columns: {
      check: 'Check',
      value: 'This cohort',
      baseline: 'Real against real',
      rule: 'Passes when',
      verdict: 'Verdict',
    },
    interval: (low: string, high: string): string => `95%: ${low} to ${high}`,
    key: (report: string): string =>
      `Scale: shaded passes, bar is the limit, hollow mark is real against real, filled mark is this cohort. Rows marked “${report}” have no part in the verdict.`,
  },
  selfTest: {
    title: 'Canaries: training images that the gate hid in the cohort, and had to find',
    columns: { form: 'Transformation', caught: 'Found', needed: 'Required', verdict: 'Verdict' },
    caught: (caught: string, planted: string): string => `${caught} of ${planted}`,
  },
  plots: {
    title: 'Plots',
    from: (name: string, low: string, high: string): string => `${name}: ${low} to ${high}`,
  },
  conditions: {
    title: 'What is needed to run it again',
    columns: { name: 'What', value: 'Value' },
    judged: 'Judged',
    cohort: 'Cohort version',
    dataset: 'Dataset version',
    seed: 'Seed',
    code: 'Code',
    sources: 'Source files, sha256',
    synthetic: 'Synthetic images',
    released: 'Released before',
    training: 'Training split',
    control: 'Control split',
    reference: 'Reference split',
    file: 'Evidence file',
    images: (images: string, people: string): string => `${images} images of ${people} people`,
    limits: 'Limits',
    versions: (numbers: readonly number[]): string =>
      numbers.length === 1
        ? `version ${numbers[0]}`
        : `the strictest of versions ${numbers.join(', ')}`,
    unversioned: 'from before limits had versions',
  },
  page: (page: number, pages: number): string => `${page} of ${pages}`,
};

const sv: typeof en = {
  title: (cohort, number) => `${cohort}, version ${number}`,
  name: 'Bevis från utlämningsspärren',
  lead: (dataset) =>
    `Bevis från utlämningsspärren. Syntetiska bilder efter datamängden ”${dataset}”.`,
  verdict: (verdict) => `Utslag: ${verdict}`,
  override: {
    released: 'Utlämnad trots underkänd integritetskontroll',
    overridden: 'Spärren är åsidosatt trots underkänd integritetskontroll',
    text: 'Spärren stoppade kohorten: den kan innehålla bilder som ligger för nära en verklig person. Personerna nedan har åsidosatt det, var och en med ett eget skäl.',
    signed: (name, at) => `${name}, ${at}`,
    checks: (names) => `Åsidosatt: ${names}`,
  },
  noUse: {
    title: 'Utan användning, och lämnas ut av detta skäl',
    by: (name) => `Angivet av ${name}`,
  },
  refusals: {
    title: (count) =>
      count === 1
        ? 'Spärren har stoppat en annan kohort ur samma träning'
        : `Spärren har stoppat ${count} andra kohorter ur samma träning`,
    text: 'Den som ritar tillräckligt många gånger ur en generator kan till slut rita en kohort som klarar sig av en slump.',
    one: (title, at, checks) => `${title}, ${at}: ${checks}`,
  },
  summary: {
    title: 'I korthet',
    family: (name, passed, count, reported) =>
      `${name}: ${passed} av ${count} klarade${reported === 0 ? '' : `, ${reported} för kännedom`}`,
    wrong: 'Underkänt, eller gick inte att göra:',
    none: 'Inget underkändes, och varje kontroll gjordes.',
    unmade: 'gick inte att göra',
  },
  checks: {
    title: 'Vad som frågades och vad som kom fram',
    columns: {
      check: 'Kontroll',
      value: 'Denna kohort',
      baseline: 'Verkliga mot verkliga',
      rule: 'Klarar vid',
      verdict: 'Utslag',
    },
    interval: (low, high) => `95 %: ${low} till ${high}`,
    key: (report) =>
      `Skalan: det skuggade klarar, strecket är gränsen, det ihåliga märket är verkliga mot verkliga, det fyllda är denna kohort. Rader märkta ”${report}” påverkar inte utslaget.`,
  },
  selfTest: {
    title: 'Kanariebilder: träningsbilder som spärren gömde i kohorten och måste hitta',
    columns: { form: 'Omvandling', caught: 'Funna', needed: 'Krävs', verdict: 'Utslag' },
    caught: (caught, planted) => `${caught} av ${planted}`,
  },
  plots: { title: 'Diagram', from: (name, low, high) => `${name}: ${low} till ${high}` },
  conditions: {
    title: 'Vad som behövs för att göra om körningen',
    columns: { name: 'Vad', value: 'Värde' },
    judged: 'Bedömd',
    cohort: 'Kohortversion',
    dataset: 'Datamängdens version',
    seed: 'Slumpfrö',
    code: 'Kod',
    sources: 'Källkod, sha256',
    synthetic: 'Syntetiska bilder',
    released: 'Utlämnat tidigare',
    training: 'Träningsdel',
    control: 'Kontrolldel',
    reference: 'Referensdel',
    file: 'Bevisfil',
    images: (images, people) => `${images} bilder av ${people} personer`,
    limits: 'Gränser',
    versions: (numbers) =>
      numbers.length === 1
        ? `version ${numbers[0]}`
        : `de strängaste av version ${numbers.join(', ')}`,
    unversioned: 'från tiden innan gränserna fick versioner',
  },
  page: (page, pages) => `${page} av ${pages}`,
};

/** What the evidence as PDF says beside the gate's own words (`gateTexts`), in each language. */
export const evidenceWords: Record<Locale, typeof en> = { en, sv };
