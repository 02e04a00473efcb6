import type { errorsMessages as English } from '../en/errors.ts';

export const errorsMessages: typeof English = {
  errors: {
    network: 'Labbet svarade inte. Kontrollera anslutningen och försök igen.',
    invalid_input: 'Det som skickades har inte den form som sidan väntar sig.',
    not_signed_in: 'Du är inte inloggad, eller så har din session tagit slut. Logga in igen.',
    forbidden: 'Du får inte göra detta nu.',
    cross_site_request:
      'Detta kom från en annan webbplats och avvisades. Öppna själva labbet och försök igen.',
    not_found: 'Det finns inget sådant, eller så får du inte se det.',
    conflict: 'Någon ändrade detta under tiden. Ladda sidan på nytt och gör om det du gjorde.',
    wrong_state: 'Detta går inte i det nuvarande läget.',
    already_voted: 'Du har redan röstat här. En röst är slutgiltig.',
    conflict_of_interest:
      'Du hör till gruppen eller är upphovsperson och får inte delta i beslutet.',
    too_large:
      'Uppladdningen är större än vad labbet tar emot på en gång. Dela den och ladda upp delarna.',
    range_not_satisfiable: 'Den begärda delen ligger utanför filen.',
    upload_invalid: 'Uppladdningen gick inte att läsa. Inget av den sparades.',
    upload_empty: 'Uppladdningen innehåller ingen fil. Välj en zip med DICOM-filer.',
    upload_hostile: 'Arkivet avvisades eftersom det kunde skada labbet. Inget av det sparades.',
    dataset_too_small:
      'Datamängden har för få personer för detta. Ta in fler personer eller slå ihop märkningar.',
    privacy_required:
      'Den här datamängden tar bara emot träning med differentiell integritet. Slå på den och välj ett epsilon.',
    privacy_budget_exceeded:
      'Datamängden har mindre kvar av sin integritetsbudget än träningen skulle förbruka. Välj mer brus, färre steg eller ett lägre epsilon.',
    training_diverged:
      'Träningen gav tal som inte är ändliga och stoppades. Den senaste goda kontrollpunkten är sparad.',
    training_memorised:
      'Träningen lärde sig personer utantill från början och stoppades innan den hade någon generator att behålla. Ta in fler personer eller variera bilderna mer.',
    training_too_large:
      'Träningen kräver mer minne än någon av labbets arbetare har. Ta färre bilder per steg eller smalare nät.',
    checkpoint_unusable:
      'Träningen kan inte fortsätta från den andra: den saknar kontrollpunkt, har inte slutat, hör hemma någon annanstans, eller har nät av annan storlek; och ingen träning fortsätter från eller som en privat, vars kostnad då inte skulle räknas.',
    checkpoint_damaged:
      'Kontrollpunkten är skadad eller av en annan version, och det finns ingen före den. Starta en ny träning.',
    too_many_requests: 'För många anrop. Vänta lite och försök igen.',
    internal: 'Något gick fel i labbet. Uppge id:t för labbet.',
    configuration_invalid: 'Labbet är inte rätt inställt.',
    database_unavailable:
      'Labbet når inte sin databas just nu. Inget gick förlorat; försök igen om en stund.',
    queue_unavailable:
      'Labbet når inte sin kö just nu. Inget gick förlorat; försök igen om en stund.',
    identity_unavailable: 'Labbet når inte sin identitetstjänst just nu. Försök igen om en stund.',
    storage_full: 'Labbet har slut på diskutrymme. Inget halvskrivet sparades.',
    storage_damaged:
      'En lagrad fil stämmer inte med sin kontrollsumma. Labbet måste återställa den.',
    thresholds_unchanged: 'De gränserna gäller redan. Ändra minst en, eller låt dem vara.',
    override_incomplete:
      'Den som åsidosätter spärren anger varje underkänd integritetskontroll och ingen annan. Ladda sidan på nytt och ange dem som står där.',
  },
};
