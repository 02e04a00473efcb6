import type { generatorsMessages as English } from '../en/generators.ts';

export const generatorsMessages: typeof English = {
  imports: {
    title: 'Generatorer utifrån',
    lead: 'Tränade på annat håll inne i labbet, i PyTorch eller MONAI, och intagna som ONNX. Var och en kontrolleras innan något ritas.',
    create: 'Ta in en generator',
    createLead:
      'Först försäkrar du hur den tränades, sedan laddar du upp filen. Ditt namn står under försäkran.',
    name: 'Titel',
    framework: 'Gjord med',
    frameworkHint: 'Till exempel PyTorch 2.9 eller MONAI 1.5.',
    recipe: 'Hur den tränades',
    recipeHint:
      'Nätverk, förluster, steg och slumpfrö: det som behövs för att träna den igen. Granskarna läser det.',
    declaration: 'Försäkran',
    declare:
      'Jag försäkrar att den tränades inne i labbet, på träningsdelen av denna version av datamängden och inte på några andra bilder av människor.',
    mustDeclare: 'Inget kan tas in utan försäkran.',
    next: 'Lämna försäkran och gå vidare till filen',
    upload: 'Ladda upp',
    file: 'ONNX-fil',
    fileHint:
      'En fil på högst 128 MiB: indata z och, om den vill, label; utdata [N, 1, s, s] i -1..1. Den går till karantän och kontrolleras där.',
    checking: 'Filen är i karantän. En arbetsprocess kontrollerar den …',
    turnedDown: 'Filen godtogs inte',
    turnedDownHint:
      'Inget av den sparades. Rätta den, lämna en ny försäkran och ladda upp den på nytt.',
    found: 'Funnet: {{detail}}',
    failed: 'Kontrollen avbröts',
    facts: 'Vad kontrollen fann',
    size: 'Bildstorlek',
    pixels: '{{size}} x {{size}} bildpunkter',
    latent: 'Antal tal i z',
    labels: 'Märkning',
    takesLabel: 'följer grad, kön och ålder',
    ignoresLabel: 'ritar utan hänsyn till märkning',
    parameters: 'Vikter',
    cost: 'Multiplikationer per bild',
    opset: 'ONNX opset',
    range: 'Utdatats intervall',
    hash: 'Fil (SHA-256)',
    declaredBy: 'Försäkran av',
    draw: 'Rita en kohort',
    empty: 'Inga intagna',
    emptyHint:
      'En generator som din grupp har tränat på annat håll inne i labbet kan tas in under ett tillstånd.',
    line: '{{dataset}}, gjord med {{framework}}, försäkran av {{name}}',
  },
};
