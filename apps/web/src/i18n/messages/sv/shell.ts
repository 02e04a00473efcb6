import type { shellMessages as English } from '../en/shell.ts';

export const shellMessages: typeof English = {
  shell: {
    brand: 'SCAPIS datorlabb',
    skip: 'Till innehållet',
    places: 'Platser i labbet',
    openMenu: 'Öppna menyn',
    closeMenu: 'Stäng menyn',
    otherLanguage: 'English',
    account: '{{name}}, ditt konto',
    dark: 'Mörka färger',
    light: 'Ljusa färger',
    signOut: 'Logga ut',
    notifications_one: 'Meddelanden: {{count}} oläst',
    notifications_other: 'Meddelanden: {{count}} olästa',
    footer:
      'Syntetiska bilder är bara för forskning, aldrig för patienter. Allt som görs i labbet antecknas.',
    accessibility: 'Tillgänglighet',
    nav: {
      home: 'Hem',
      applications: 'Ansökningar',
      permits: 'Tillstånd',
      datasets: 'Datamängder',
      training: 'Träningar',
      cohorts: 'Syntetiska kohorter',
      receipts: 'Kvitton',
      audit: 'Händelselogg',
    },
  },
  problem: { title: 'Det gick inte', requestId: 'Uppge detta id för labbet:' },
  notFound: {
    title: 'Här finns inget',
    text: 'Det finns ingen sida på den här adressen.',
    hint: 'Den kan ha flyttats, eller så blev länken avklippt. Det som väntar på dig står på startsidan.',
    home: 'Till startsidan',
  },
  errorPage: {
    title: 'Sidan gick sönder',
    lead: 'Labbet kan ha uppdaterats medan sidan var öppen. Inget du hade skickat gick förlorat.',
    reload: 'Ladda om',
  },
  accessibility: {
    title: 'Tillgänglighetsredogörelse',
    lead: 'Hur SCAPIS datorlabbs webbsidor följer lagen (2018:1937) om tillgänglighet till digital offentlig service.',
    conformance: {
      title: 'Hur tillgängliga är sidorna?',
      text: 'Sidorna är gjorda för att uppfylla WCAG 2.1 nivå AA genom EN 301 549. De är delvis förenliga, på grund av de brister som anges nedan.',
    },
    shortcomings: {
      title: 'Vad fungerar inte än',
      text: 'DT-bilder och provkartor är bilder av bildpunkter och har ingen text som säger vad de visar; deras märkningar och siffror står intill. PDF-dokument som sökande bifogar är inte granskade för tillgänglighet.',
    },
    keyboard: {
      title: 'Tangentbord',
      text: 'Allt går att göra från tangentbordet. I bildvisaren: pilarna flyttar, + och − zoomar, 0 visar hela, 1 till 4 väljer fönster.',
    },
    tested: {
      title: 'Hur vi har prövat',
      text: 'Varje sida prövas med axe på båda språken vid varje ändring, och för hand med tangentbord vid 1280 och 390 bildpunkters bredd. Redogörelsen sågs senast över i november 2026.',
    },
    supervision: {
      title: 'Tillsyn',
      text: 'Myndigheten för digital förvaltning (Digg) har tillsyn över lagen. Är du inte nöjd med vårt svar kan du anmäla det till Digg.',
    },
    report: {
      title: 'Rapportera brister',
      text: 'Om något inte fungerar för dig, eller om du behöver innehållet i annan form, skriv till oss. Vi svarar inom två veckor.',
    },
  },
};
