import type { MessageRow } from './message.ts';

/** Why work in the background ended without its result, besides errors and faults of intake. */
export const failures = {
  training_diverged: {
    en: 'Training gave numbers that are not finite and was stopped. It began at step {step:number} with the {loss:loss}. Start again from its checkpoint of step {checkpoint:number}, with a lower learning rate or a higher penalty.',
    sv: 'Träningen gav tal som inte är ändliga och stoppades. Det började i steg {step:number} med {loss:loss}. Börja om från kontrollpunkten i steg {checkpoint:number}, med lägre inlärningstakt eller större straff.',
  },
  training_diverged_early: {
    en: 'Training gave numbers that are not finite and was stopped. It began at step {step:number} with the {loss:loss}. It had no checkpoint yet: start a new run, with a lower learning rate or a higher penalty.',
    sv: 'Träningen gav tal som inte är ändliga och stoppades. Det började i steg {step:number} med {loss:loss}. Den hade ännu ingen kontrollpunkt: börja en ny träning, med lägre inlärningstakt eller större straff.',
  },
  training_out_of_memory: {
    en: 'The worker had not enough memory for this run. Start again from its checkpoint of step {checkpoint:number}, with a smaller batch or a narrower network, or give the worker more memory.',
    sv: 'Arbetsprocessen hade inte minne nog för träningen. Börja om från kontrollpunkten i steg {checkpoint:number}, med mindre bunt eller smalare nätverk, eller ge arbetsprocessen mer minne.',
  },
  training_out_of_memory_early: {
    en: 'The worker had not enough memory for this run. It had no checkpoint yet: start a new run, with a smaller batch or a narrower network, or give the worker more memory.',
    sv: 'Arbetsprocessen hade inte minne nog för träningen. Den hade ännu ingen kontrollpunkt: börja en ny träning, med mindre bunt eller smalare nätverk, eller ge arbetsprocessen mer minne.',
  },
  training_failed: {
    en: 'Training failed several times for a reason that lies in the lab. The last checkpoint is kept. Tell the lab.',
    sv: 'Träningen misslyckades flera gånger av ett skäl som ligger hos labbet. Den senaste kontrollpunkten är sparad. Säg till labbet.',
  },
  ensemble_failed: {
    en: 'None of its runs came to an end. What stopped each stands on its page.',
    sv: 'Ingen av dess träningar blev klar. Vad som stoppade var och en står på dess sida.',
  },
  ingest_failed: {
    en: 'Taking the upload in failed several times for a reason that lies in the lab. Nothing of it was kept. Tell the lab, then upload into a new version.',
    sv: 'Intaget av uppladdningen misslyckades flera gånger av ett skäl som ligger hos labbet. Inget av den sparades. Säg till labbet och ladda sedan upp i en ny version.',
  },
  version_rejected: {
    en: 'A person of the lab rejected the version. The reason given: {reason}',
    sv: 'En person i labbet avvisade versionen. Skälet som angavs: {reason}',
  },
  import_failed: {
    en: 'The check failed several times for a reason that lies in the lab. Nothing was accepted. Tell the lab, then declare and upload the file again.',
    sv: 'Kontrollen misslyckades flera gånger av ett skäl som ligger hos labbet. Inget godtogs. Säg till labbet, och anmäl och ladda sedan upp filen på nytt.',
  },
  generator_refused: {
    en: '{reason:import} What was found: {detail}',
    sv: '{reason:import} Det som hittades: {detail}',
  },
  synthesis_failed: {
    en: 'Drawing the images failed several times for a reason that lies in the lab. Nothing of them was kept. Tell the lab, then ask for the cohort again.',
    sv: 'Att rita bilderna misslyckades flera gånger av ett skäl som ligger hos labbet. Inget av dem sparades. Säg till labbet och begär sedan kohorten på nytt.',
  },
  gate_failed: {
    en: 'The gate failed several times for a reason that lies in the lab, so there is no verdict. Tell the lab, then run the gate again.',
    sv: 'Spärren misslyckades flera gånger av ett skäl som ligger hos labbet, så det finns inget utslag. Säg till labbet och kör sedan spärren på nytt.',
  },
  gate_inconclusive: {
    en: 'The gate did not find the copies that it had hidden itself, so its answer counts for nothing. Tell the lab; run the gate again when it has been mended.',
    sv: 'Spärren fann inte de kopior som den själv hade gömt, så dess svar räknas inte. Säg till labbet, och kör spärren på nytt när den har lagats.',
  },
  packing_failed: {
    en: 'Packing failed for a reason that lies in the lab. It is tried again every ten minutes. Tell the lab.',
    sv: 'Packningen misslyckades av ett skäl som ligger hos labbet. Den görs om var tionde minut. Säg till labbet.',
  },
  /** Stored as an English sentence, before failures were codes. */
  legacy: {
    en: '{text}',
    sv: 'Sparat på engelska: {text}',
  },
} as const satisfies Record<string, MessageRow>;
