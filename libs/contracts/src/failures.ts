import { errors, type ErrorCode } from './errors.ts';
import type { Locale } from './locale.ts';
import { fill, type PartsOf } from './sentences.ts';

/**
 * Why work in the background ended without its result, beside the lab's errors: one row per reason,
 * in braces what differs from case to case. What is stored is the English sentence.
 */
export const failures = {
  permitEnded: {
    en: 'The permit has ended or was revoked, so this was stopped.',
    sv: 'Tillståndet har löpt ut eller återkallats, så detta avbröts.',
  },
  trainingDiverged: {
    en: 'Training gave numbers that are not finite and was stopped. It began at step {step} with the {loss}. Start again from its checkpoint of step {checkpoint}, with a lower learning rate or a higher penalty.',
    sv: 'Träningen gav tal som inte är ändliga och stoppades. Det började i steg {step} med {loss}. Börja om från kontrollpunkten i steg {checkpoint}, med lägre inlärningstakt eller större straff.',
  },
  trainingDivergedEarly: {
    en: 'Training gave numbers that are not finite and was stopped. It began at step {step} with the {loss}. It had no checkpoint yet: start a new run, with a lower learning rate or a higher penalty.',
    sv: 'Träningen gav tal som inte är ändliga och stoppades. Det började i steg {step} med {loss}. Den hade ännu ingen kontrollpunkt: börja en ny träning, med lägre inlärningstakt eller större straff.',
  },
  trainingOutOfMemory: {
    en: 'The worker had not enough memory for this run. Start again from its checkpoint of step {checkpoint}, with a smaller batch or a narrower network, or give the worker more memory.',
    sv: 'Arbetsprocessen hade inte minne nog för träningen. Börja om från kontrollpunkten i steg {checkpoint}, med mindre bunt eller smalare nätverk, eller ge arbetsprocessen mer minne.',
  },
  trainingOutOfMemoryEarly: {
    en: 'The worker had not enough memory for this run. It had no checkpoint yet: start a new run, with a smaller batch or a narrower network, or give the worker more memory.',
    sv: 'Arbetsprocessen hade inte minne nog för träningen. Den hade ännu ingen kontrollpunkt: börja en ny träning, med mindre bunt eller smalare nätverk, eller ge arbetsprocessen mer minne.',
  },
  trainingFailed: {
    en: 'Training failed several times for a reason that lies in the lab. The last checkpoint is kept. Tell the lab.',
    sv: 'Träningen misslyckades flera gånger av ett skäl som ligger hos labbet. Den senaste kontrollpunkten är sparad. Säg till labbet.',
  },
  ensembleFailed: {
    en: 'None of its runs came to an end. What stopped each stands on its page.',
    sv: 'Ingen av dess träningar blev klar. Vad som stoppade var och en står på dess sida.',
  },
  importFailed: {
    en: 'The check failed several times for a reason that lies in the lab. Nothing was accepted. Tell the lab, then declare and upload the file again.',
    sv: 'Kontrollen misslyckades flera gånger av ett skäl som ligger hos labbet. Inget godtogs. Säg till labbet, och anmäl och ladda sedan upp filen på nytt.',
  },
  synthesisFailed: {
    en: 'Drawing the images failed several times for a reason that lies in the lab. Nothing of them was kept. Tell the lab, then ask for the cohort again.',
    sv: 'Att rita bilderna misslyckades flera gånger av ett skäl som ligger hos labbet. Inget av dem sparades. Säg till labbet och begär sedan kohorten på nytt.',
  },
  gateFailed: {
    en: 'The gate failed several times for a reason that lies in the lab, so there is no verdict. Tell the lab, then run the gate again.',
    sv: 'Spärren misslyckades flera gånger av ett skäl som ligger hos labbet, så det finns inget utslag. Säg till labbet och kör sedan spärren på nytt.',
  },
  gateVoid: {
    en: 'The gate did not find the copies that it had hidden itself, so its answer counts for nothing. Tell the lab; run the gate again when it has been mended.',
    sv: 'Spärren fann inte de kopior som den själv hade gömt, så dess svar räknas inte. Säg till labbet, och kör spärren på nytt när den har lagats.',
  },
  packingFailed: {
    en: 'Packing failed for a reason that lies in the lab. It is tried again every ten minutes. Tell the lab.',
    sv: 'Packningen misslyckades av ett skäl som ligger hos labbet. Den görs om var tionde minut. Säg till labbet.',
  },
} as const satisfies Record<string, Record<Locale, string>>;

export type Failure = keyof typeof failures;
export const failureNames = Object.keys(failures) as [Failure, ...Failure[]];

/** What training can say went wrong first; in a failure's sentence by these words. */
export const lossNames = {
  discriminatorLoss: { en: "discriminator's loss", sv: 'diskriminatorns förlust' },
  generatorLoss: { en: "generator's loss", sv: 'generatorns förlust' },
  penalty: { en: 'gradient penalty', sv: 'gradientstraffet' },
  realLogit: { en: 'logit of real images', sv: 'logiten för verkliga bilder' },
  fakeLogit: { en: 'logit of generated images', sv: 'logiten för ritade bilder' },
  discriminatorGradient: { en: "discriminator's gradient", sv: 'diskriminatorns gradient' },
  generatorGradient: { en: "generator's gradient", sv: 'generatorns gradient' },
  classifierLoss: { en: "classifier's loss", sv: 'klassificerarens förlust' },
  guidanceLoss: { en: 'loss by guidance', sv: 'vägledningens förlust' },
} as const satisfies Record<string, Record<Locale, string>>;

/**
 * @returns the sentence to store: `parts` are what stands in its braces, a loss by its English
 * words
 */
export function sayFailure<Name extends Failure>(
  name: Name,
  parts: Record<PartsOf<(typeof failures)[Name]['en']>, string | number>,
): string {
  return fillFrom(failures[name].en, parts);
}

const fillFrom = (text: string, parts: Readonly<Record<string, string | number>>): string =>
  fill(text, (name) => String(parts[name] ?? ''));

/**
 * @returns what stands behind a stored sentence: the words in `locale`, or the code of an error;
 * null for a sentence of no list
 */
export function failureOf(
  sentence: string,
  locale: Locale,
): { text: string } | { code: ErrorCode } | null {
  for (const name of failureNames) {
    const pattern = failures[name].en
      .split(/\{(\w+)\}/)
      .map((part, at) => (at % 2 === 0 ? part.replaceAll('.', '\\.') : `(?<${part}>.+?)`));
    const parts = new RegExp(`^${pattern.join('')}$`).exec(sentence);
    if (parts === null) continue;
    const loss = Object.values(lossNames).find(({ en }) => en === parts.groups?.['loss'])?.[locale];
    return {
      text: fillFrom(failures[name][locale], {
        ...parts.groups,
        ...(loss !== undefined && { loss }),
      }),
    };
  }
  const code = (Object.keys(errors) as ErrorCode[]).find((each) => errors[each].text === sentence);
  return code === undefined ? null : { code };
}
