import { gateTexts } from '@scapis/contracts';
import type { gateMessages as English } from '../en/gate.ts';

export const gateMessages: typeof English = {
  gate: {
    ...gateTexts.sv,
    title: 'Utlämningsspärr',
    evidence: 'Bevisfil (JSON)',
    evidencePdf: 'Bevis som PDF',
    failed: 'Spärrens körning avbröts',
    voided: 'Utslaget är ogiltigt: spärren missade kopior som den själv hade gömt',
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
    stages: {
      input: 'Kontrollerar underlaget',
      encoder: 'Tränar sökrummet',
      embedding: 'Placerar varje bild i det',
      'copy-contrastive': 'Letar kopior efter innehåll',
      'copy-pixel': 'Letar kopior bildpunkt för bildpunkt',
      'copy-spectrum': 'Letar kopior efter spektrum',
      'self-test': 'Planterar läckor och fångar dem',
      'attack-spaces': 'Förbereder angreppen',
      attacks: 'Angriper kohorten',
      distances: 'Mäter närhet och koppling',
      fidelity: 'Jämför fördelningarna',
      utility: 'Tränar på syntetiska, prövar på verkliga',
    },
    families: {
      'self-test': {
        title: 'Är spärren vaken?',
        text: 'Innan den bedömer gömmer spärren verkliga bilder i kohorten och måste hitta dem.',
      },
      privacy: { title: 'Integritet', text: 'Ett underkännande här stoppar utlämnandet.' },
      fidelity: {
        title: 'Likhet',
        text: 'Läses mot hur mycket verkliga personer skiljer sig från andra verkliga personer. Ett underkännande gör att kohorten bara får användas till metodutveckling.',
      },
      utility: {
        title: 'Nytta',
        text: 'Fungerar en modell som tränats på kohorten på verkliga bilder?',
      },
    },
    whatNow: {
      passed: 'Teamet kan begära att kohorten lämnas ut. Två granskare avgör sedan.',
      'passed-method-development-only':
        'Teamet kan begära utlämnande för metodutveckling. För ett bättre resultat: se varje underkänd kontroll nedan, träna om och dra en ny kohort.',
      refused:
        'Kontrollerna nedan visar vilken som inte klarades; en ny kohort från en generator som tränats på fler personer, med mer variation i bilderna eller färre steg kan prövas på nytt.',
      void: 'Säg till labbets driftansvariga: själva sökningen måste lagas innan något kan bedömas.',
    },
    advice: {
      input:
        'Spärren kan inte bedöma bilderna, så inget har bedömts. Siffrorna nedan säger vad som är fel och hur många som behövs: dra fler bilder eller ta in fler personer; är bilder trasiga, tomma eller likadana måste generatorn lagas först.',
      'self-test':
        'Sökningen missade kopior som spärren själv hade gömt och kan därför ha missat andra. Labbet måste laga sökningen; kohorten bär inte skulden.',
      'copy-contrastive':
        'Fler bilder liknar en person i träningsdelen än slumpen förklarar, så generatorn kan ha lagrat personer. Träna på fler personer, med mer variation i bilderna eller färre steg, och dra en ny kohort: att plocka bort enstaka bilder döljer felet och lagar det inte.',
      'copy-pixel':
        'Fler bilder än slumpen förklarar är nästan likadana som en träningsbild. Låt en granskare se på de närmaste paren. Träna sedan på fler personer, med mer variation eller från en tidigare kontrollpunkt, och dra en ny kohort.',
      'copy-spectrum':
        'Fler bilder än slumpen förklarar har samma vågor som en träningsbild, bruset bland dem. Låt en granskare se på de närmaste paren. Träna sedan på fler personer, med mer variation eller från en tidigare kontrollpunkt, och dra en ny kohort.',
      'attack-gan-leaks':
        'Den som har en bild av en person kan avgöra om personen tränats på: träna kortare, på fler personer eller med mer augmentering.',
      'attack-monte-carlo':
        'Generatorn återkommer för ofta till enskilda personer: träna kortare eller med mer augmentering.',
      'attack-domias':
        'Generatorn lärt sig träningspersonerna snarare än människor: använd fler personer eller avbryt tidigare.',
      'attack-surrogate': 'Kohorten bär spår av dem: avbryt träningen tidigare.',
      'attack-identity':
        'En person kan kännas igen på andra bilder än de tränade: träna på färre bilder av varje person, eller kortare.',
      'attack-vulnerable':
        'Dessa få är utsatta fast genomsnittet är skyddat: slå ihop sällsynta märkningar eller lämna avvikande personer utanför träningen.',
      'data-copying':
        'Generatorn upprepar träningsbilderna med små ändringar: avbryt träningen tidigare.',
      identifiability:
        'Kohorten är byggd kring dem som den tränats på: använd fler personer eller avbryt tidigare.',
      authenticity: 'För många är en träningsbild med små ändringar: avbryt träningen tidigare.',
      'likelihood-gap':
        'Generatorn passar dem som den sett bättre än människor i allmänhet: avbryt tidigare eller lägg till personer.',
      'singling-out': 'Enskilda kan plockas ut: träna på fler personer eller avbryt tidigare.',
      linkability: 'Två källor om en person kan kopplas genom den: avbryt träningen tidigare.',
      inference: 'Den röjer mer om dem som den tränats på: avbryt träningen tidigare.',
      cells:
        'Någon kombination av märkningar har så få personer bakom sig att den kan peka ut en av dem. Ta in fler personer som har den, eller dra en kohort som inte visar den.',
      'frechet-contrastive':
        'Sammantaget skiljer sig bilderna från de verkliga i det som en sökning efter innehåll ser. Träna längre eller med ett större nätverk, och se på provkartan vad som fattas.',
      'frechet-random':
        'Sammantaget skiljer sig bilderna från de verkliga även i ett rum som inte är anpassat till dem, så skillnaden är tydlig. Träna längre eller med ett större nätverk.',
      coverage:
        'Vissa slags verkliga personer har ingen syntetisk bild som liknar dem. Träna med mer variation eller med flera nätverk, och se om ovanliga grader dras tillräckligt ofta.',
      density:
        'Under den nedre gränsen ligger bilderna vid sidan av de verkliga: träna längre. Över den övre trängs de kring några få typiska: öka variationen eller använd flera nätverk.',
      'frechet-radiomics':
        'Organen skiljer sig från verkliga i yta, gråvärde, struktur eller brus. Se kontrollerna av gråvärden och brus för vilket, och träna sedan längre eller med ett större nätverk.',
      'frechet-task':
        'En modell som graderar kalk ser annat i dessa bilder än i verkliga. Träna längre eller ge märkningarna större vikt.',
      vendi:
        'I minst en grad upprepar generatorn sig. Ge den fler personer med den graden eller mer variation, eller använd flera nätverk.',
      'hu-realism':
        'För många bilder har ett organ med ett gråvärde som ingen verklig bild har. Träna längre, och kontrollera att träningsbilderna togs in med samma gråskala.',
      utility:
        'En modell tränad på kohorten klarar verkliga bilder sämre än den får. Träna generatorn längre, ge märkningarna större vikt eller dra fler bilder av de ovanliga graderna.',
      'label-consistency':
        'För många bilder visar inte den grad som de uppger. Ge märkningarna större vikt eller träna längre.',
      'subgroup-gap':
        'Ett kön eller ett åldersband skulle få sämre modeller av kohorten. Ta in fler personer ur den gruppen eller dra fler bilder av den.',
      ranking:
        'Ett team som jämför metoder på kohorten kan välja en annan än på verkliga bilder. Dra fler bilder och träna generatorn längre.',
    },
    selfTest: {
      title: 'Planterade kopior, fångade',
      form: 'Form',
      planted: 'Planterade',
      contrastive: 'Efter innehåll',
      pixel: 'Bildpunktsvis',
      spectrum: 'Efter spektrum',
      caught: 'Fångade',
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
