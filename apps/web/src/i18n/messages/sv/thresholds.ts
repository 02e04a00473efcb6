import type { thresholdsMessages as English } from '../en/thresholds.ts';

export const thresholdsMessages: typeof English = {
  thresholds: {
    inForce: 'Version {{number}}, gäller sedan {{at}}, fastställd av {{name}}',
    someone: 'labbet',
    first: 'Fastställdes när datamängden skapades.',
    applies:
      'Varje träning och varje intagen generator behåller de gränser som gällde när den begärdes. En ändring gäller det som begärs efter den.',
    change: 'Fastställ nya gränser',
    changeHint:
      'Version {{number}} står kvar som den är, och det gör också all träning som begärdes under den. Ditt namn och ditt skäl står för alltid vid den nya versionen.',
    reason: 'Skäl',
    reasonHint:
      'Vad som har blivit känt, och varför det kräver andra gränser. Alla som får se datamängden läser det.',
    set: 'Fastställ version {{number}}',
    done: 'De nya gränserna gäller.',
    willChange: 'Detta ändras',
    willNotChange: 'Inget är ändrat än.',
    history: 'Alla versioner, med skäl',
    version: 'Nr',
    at: 'Sedan',
    by: 'Av',
    changes: 'Vad som ändrades',
    fromTo: '{{name}}: {{before}} till {{after}} ({{direction}})',
    stricter: 'strängare',
    looser: 'mildare',
    judgedBy: 'Gränser',
    versions_one: 'version {{numbers}}',
    versions_other: 'de strängaste av version {{numbers}}',
    unversioned: 'från tiden innan gränserna fick versioner',
    ofRun: 'Spärrens gränser',
    ofRunVersion: 'version {{number}}',
  },
  override: {
    title: 'Kan spärren åsidosättas?',
    text: 'Spärren stoppade kohorten: den kan innehålla bilder som ligger för nära en verklig person. Två personer utanför gruppen, labbadministratörer eller granskare, kan var för sig skriva under att den får granskas ändå. Var och en skriver sitt eget skäl. Det följer kohorten för alltid.',
    checks: 'Underkänt',
    never:
      'Det här utslaget kan aldrig åsidosättas: ingen vet om det som inte har mätts, eller inte antecknats, är säkert.',
    finalChecks: 'I vägen står',
    signed: '{{signed}} av {{needed}} underskrifter',
    name: 'Ange varje underkänd kontroll som du åsidosätter',
    reason: 'Ditt eget skäl',
    reasonHint: 'Minst 40 tecken. Gruppen, granskarna och alla som får en kopia läser det.',
    final:
      'En underskrift går inte att ta tillbaka. Den lämnar inte ut kohorten: det kräver två röster efteråt.',
    sign: 'Skriv under',
    done: 'Din underskrift gäller.',
    notYou: 'Du kan inte skriva under här:',
    waits: 'Väntar på en andra person. Inget lämnar labbet innan dess.',
    mark: 'Trots underkänd integritetskontroll',
    markTitle: 'Trots underkänd integritetskontroll: {{checks}}',
    markText: 'Spärren stoppade kohorten. {{names}} åsidosatte det, var och en med ett skäl:',
    inBundle:
      'I paketet och på ditt kvitto står att kohorten lämnades ut trots en underkänd integritetskontroll, av vilka och varför.',
    releasedTitle: 'Utlämnad trots underkänd integritetskontroll: {{checks}}',
    and: 'och',
  },
};
