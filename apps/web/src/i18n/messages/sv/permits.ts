import type { permitsMessages as English } from '../en/permits.ts';

export const permitsMessages: typeof English = {
  permits: {
    title: 'Tillstånd',
    lead: 'Ett tillstånd anger personer, datamängder, syfte och slutdatum. Varje användning frågar det på nytt.',
    all: 'Alla som du får se',
    name: 'Projekt',
    datasets: 'Datamängder',
    people: 'Personer',
    until: 'Gäller till',
    signedOf: '{{signed}} av {{total}} har skrivit under',
    empty: 'Inga tillstånd',
    emptyHint: 'Ett tillstånd skapas när två personer har godkänt en ansökan.',
  },
  permit: {
    lead: 'Tillgången upphör av sig själv på slutdagen, och genast om tillståndet återkallas.',
    from: 'Gäller från',
    what: 'Vad det ger rätt till',
    application: 'Ansökan',
    toApplication: 'Till ansökan',
    revoke: 'Återkalla',
    revoked: 'Tillståndet är återkallat.',
    revokeText:
      'All tillgång under tillståndet upphör genast: pågående nedladdningar stannar vid nästa del och köat arbete avbryts. Det går inte att ångra.',
    revokeLabel: 'Varför?',
    revokedTitle: 'Återkallat {{at}}',
    terms: 'Villkor, version {{version}}',
    signedAt: 'skrev under {{at}}',
    youSigned: 'Du skrev under {{at}}',
    haveRead: 'Jag har läst villkoren och kommer att följa dem.',
    sign: 'Skriv under villkoren',
    thanks: 'Tack, villkoren är underskrivna.',
  },
};
