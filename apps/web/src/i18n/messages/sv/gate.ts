import { gateTexts } from '@scapis/contracts';
import type { gateMessages as English } from '../en/gate.ts';

export const gateMessages: typeof English = {
  gate: {
    ...gateTexts.sv,
    title: 'Utlämningsspärr',
    evidence: 'Bevisfil (JSON)',
    evidencePdf: 'Bevis som PDF',
    failed: 'Spärrens körning avbröts',
    voided: 'Utslaget är inte avgörande: spärren missade kanariebilder som den själv hade gömt',
    waits: 'Väntar på en arbetsprocess …',
    value: 'denna kohort',
    baseline: 'verkliga mot verkliga',
    threshold: 'gräns',
    passZone: 'klarar',
    rule: 'klarar vid',
    more: 'Fördelning och fler siffror',
    conditions: 'Körningens förutsättningar',
    code: 'Kod',
    imagesHash: 'Bilder (SHA-256)',
    sourcesHash: 'Källkod (SHA-256)',
    judged: 'Bedömd',
    asked: {
      title: 'Vad som prövades',
      passed: '{{passed}} av {{count}} klarade',
      failed_one: '{{count}} underkänd',
      failed_other: '{{count}} underkända',
      unmade_one: '{{count}} inte gjord',
      unmade_other: '{{count}} inte gjorda',
      reported: 'för kännedom: {{count}}',
    },
    wrong: {
      title: 'Vad som underkändes, eller inte gick att göra',
      none: 'Inget underkändes, och varje kontroll gjordes.',
      unmade: 'inte gjord',
    },
    caughtBy: {
      title: 'Kopior som spärren gömde, och fann',
      one: '{{form}}: {{caught}} av {{planted}} funna',
    },
    oneLine: '{{value}}, klarar vid {{rule}}',
    stages: {
      input: 'Kontrollerar underlaget',
      encoder: 'Tränar sökrummet',
      embedding: 'Placerar varje bild i det',
      'copy-contrastive': 'Letar kopior efter innehåll',
      'copy-pixel': 'Letar kopior bildpunkt för bildpunkt',
      'copy-spectrum': 'Letar kopior efter spektrum',
      'self-test': 'Gömmer kanariebilder och söker efter dem',
      'attack-spaces': 'Förbereder angreppen',
      attacks: 'Angriper kohorten',
      distances: 'Mäter närhet och koppling',
      fidelity: 'Jämför fördelningarna',
      utility: 'Tränar på syntetiska, prövar på verkliga',
    },
    whatNow: {
      passed: 'Teamet kan begära att kohorten lämnas ut. Två granskare avgör sedan.',
      'passed-method-development-only':
        'Teamet kan begära utlämnande för metodutveckling. För ett bättre resultat: se varje underkänd kontroll nedan, träna om och dra en ny kohort.',
      'of-no-use':
        'Teamet kan begära utlämnande bara med ett skrivet skäl, som granskarna läser och som följer med kohorten. Bättre: träna längre och dra en ny.',
      refused:
        'Kontrollerna nedan visar vilken som inte klarades; en ny kohort från en generator som tränats på fler personer, med mer variation i bilderna eller färre steg kan prövas på nytt.',
      void: 'Säg till labbets driftansvariga: de måste laga sökningen innan något kan bedömas.',
    },
    selfTest: {
      title: 'Funna kanariebilder',
      form: 'Omvandling',
      planted: 'Gömda',
      contrastive: 'Efter innehåll',
      pixel: 'Bildpunktsvis',
      spectrum: 'Efter spektrum',
      caught: 'Funna',
      caughtOf: '{{caught}} (kräver {{needed}})',
      verdict: 'Utslag',
    },
    counts: { synthetic: 'Syntetiska bilder', people: '{{images}} bilder av {{people}} personer' },
  },
  pairs: {
    title: 'Närmaste par',
    text: 'De par av verkliga och syntetiska bilder som ligger närmast varandra, sida vid sida: till vänster den verkliga, med parets nummer och den kontroll som fann det (P1a efter innehåll, P1b bildpunkt för bildpunkt), och till höger den syntetiska, med avståndet. För granskare, bara inne i labbet.',
    warning: 'Verkliga bilder visas',
    recorded:
      'Att du tittar antecknas i händelseloggen. Kopiera, fotografera eller beskriv inte bilderna utanför labbet.',
    show: 'Visa paren',
  },
};
