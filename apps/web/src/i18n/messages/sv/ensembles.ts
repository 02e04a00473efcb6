import type { ensemblesMessages as English } from '../en/ensembles.ts';

export const ensemblesMessages: typeof English = {
  ensembles: {
    title: 'Ensembler',
    lead: '{{dataset}}, begärd av {{name}}',
    empty: 'Inga ensembler',
    emptyHint: 'En träning av två eller fler nät visas här.',
    members: 'Nät',
    membersHint:
      'Två eller fler tränas som en ensemble, vart och ett med eget slumpfrö och sida vid sida där labbet har arbetare. Det som ett nät missar kan ett annat ha lärt sig.',
    membersOf: '{{count}} nät',
    create: 'Starta ensemblen',
    runs: 'Träningar',
    run: 'Träning',
    compare: 'Jämför träningarna',
    text: {
      training: 'Näten tränas. Generatorer vid 60, 80 och 100 % av stegen läggs undan.',
      choosing:
        'Färdigtränade. En arbetare ritar med varje generator och ser vilka av referenspersonerna bilderna kommer nära.',
      completed:
        'Generatorerna nedan ritar tillsammans: den sista från varje träning som bidrar, och en tidigare där tydligt fler av referenspersonerna täcks med den.',
      cancelled: 'Den avbröts.',
      failed: 'Den misslyckades.',
    },
    choice: 'Vad som valdes',
    choiceText:
      'Täckning är andelen av {{images}} referensbilder som har en ritad bild av samma grad i närheten. Generatorer lades till en i taget, för varje grad, så länge täckningen steg; samma generator kan räknas flera gånger. De personer som är undanhållna för utlämningsspärren användes inte.',
    coverage: 'Täckning',
    coverages: {
      training: 'Träningsbilder, som jämförelse',
      mean: 'En tränings sista generator, i medeltal',
      best: 'Bästa enskilda generator',
      even: 'Alla sista generatorer lika',
      chosen: 'Ensemblen',
    },
    who: 'Ritat med',
    gain: 'Ensemblen täcker {{gain}} procentenheter mer än träningarnas sista generatorer i medeltal.',
    noGain: 'Ingen ensemble täckte mer än en enskild generator.',
    path: 'Täckning efter varje tillagd generator',
    added: 'tillagda generatorer',
    shares: 'Vem som ritar vilken grad',
    generator: 'Träning {{run}}, steg {{step}}',
    cancel: 'Avbryt ensemblen',
    cancelled: 'Ensemblen är avbruten; dess träningar stannar efter det pågående passet.',
    cancelText:
      'Alla dess träningar stannar efter det pågående passet. Deras kontrollpunkter sparas.',
    draw: 'Rita en kohort',
    failed: 'Ensemblen misslyckades',
    ofEnsemble: 'Del av en ensemble',
    toEnsemble: 'Till ensemblen',
    from: 'Rita med',
    byHand: 'Generatorer som jag väljer',
    option: '{{title}}: täckning {{coverage}}',
  },
};
