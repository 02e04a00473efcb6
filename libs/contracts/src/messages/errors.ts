import type { MessageRow } from './message.ts';

/**
 * Every error a person or a client can meet: one row each, with the HTTP status and a sentence that
 * says what to do. The sentence is safe to show: neither it nor its parameters hold an identity, a
 * path or another person's data. Details for the log go in LabError's `privateDetail`.
 */
export const errors = {
  invalid_input: {
    status: 400,
    en: 'The request is not in the form this page expects. See the listed fields.',
    sv: 'Det som skickades har inte den form som sidan väntar sig. Se fälten i listan.',
  },
  cursor_unknown: {
    status: 400,
    en: 'The page cursor is not one of this list. Start again from the first page.',
    sv: 'Sidmarkören hör inte till den här listan. Börja om från första sidan.',
  },
  dataset_unknown: {
    status: 400,
    en: 'The application names a dataset that is not in the catalogue. Choose it again.',
    sv: 'Ansökan nämner en datamängd som inte finns i katalogen. Välj den på nytt.',
  },
  member_never_signed_in: {
    status: 400,
    en: 'Nobody with this address has signed in to the lab. Ask the person to sign in once, then add the address again.',
    sv: 'Ingen med den adressen har loggat in i labbet. Be personen logga in en gång och lägg sedan till adressen på nytt.',
  },
  member_is_applicant: {
    status: 400,
    en: 'The applicant stays a member of the team.',
    sv: 'Den sökande förblir medlem i gruppen.',
  },
  terms_text_differs: {
    status: 400,
    en: 'The text that was shown is not the text of these terms. Load the page again and sign what it shows.',
    sv: 'Texten som visades är inte texten i de här villkoren. Ladda sidan på nytt och skriv under det som den visar.',
  },
  generators_mixed: {
    status: 400,
    en: 'The generators of an ensemble must come from one project and one dataset version.',
    sv: 'Generatorerna i en ensemble måste komma från ett projekt och en version av datamängden.',
  },
  checksum_differs: {
    status: 400,
    en: 'The checksum is not that of the released bundle: the file is incomplete or damaged. Resume the download, or delete the file and fetch it again.',
    sv: 'Kontrollsumman är inte det utlämnade paketets: filen är ofullständig eller skadad. Återuppta nedladdningen, eller ta bort filen och hämta den på nytt.',
  },
  reason_repeated: {
    status: 400,
    en: 'This is the reason of the person who signed before. Write your own.',
    sv: 'Detta är skälet från den som skrev under före dig. Skriv ditt eget.',
  },
  batch_exceeds_people: {
    status: 400,
    en: 'The training split holds {people:number} people, fewer than the {batch:number} images per step. Choose fewer images per step.',
    sv: 'Träningsdelen har {people:number} personer, färre än de {batch:number} bilderna per steg. Välj färre bilder per steg.',
  },
  noisy_steps_too_many: {
    status: 400,
    en: 'A private run takes at most {most:number} noisy steps. Choose fewer steps.',
    sv: 'En privat träning tar högst {most:number} brusade steg. Välj färre steg.',
  },
  epsilon_unreachable: {
    status: 400,
    en: 'No noise brings this run down to epsilon {epsilon:number}. Choose fewer steps.',
    sv: 'Inget brus får ner träningen till epsilon {epsilon:number}. Välj färre steg.',
  },
  not_signed_in: {
    status: 401,
    en: 'You are not signed in, or your session has ended. Sign in again.',
    sv: 'Du är inte inloggad, eller så har din session tagit slut. Logga in igen.',
  },
  forbidden: {
    status: 403,
    en: 'You may not do this now. The conditions that are not met are listed.',
    sv: 'Du får inte göra detta nu. Villkoren som inte är uppfyllda står i listan.',
  },
  service_account: {
    status: 403,
    en: "This token is a service account's. What is done in the lab is done by a person: sign in as one, or use a token of one.",
    sv: 'Den här token tillhör ett tjänstekonto. Det som görs i labbet görs av en person: logga in som en sådan, eller använd en token för en person.',
  },
  cross_site_request: {
    status: 403,
    en: 'This request came from another site and was refused. Open the lab itself and try again.',
    sv: 'Detta kom från en annan webbplats och avvisades. Öppna själva labbet och försök igen.',
  },
  not_found: {
    status: 404,
    en: 'There is no such thing, or you may not see it.',
    sv: 'Det finns inget sådant, eller så får du inte se det.',
  },
  conflict: {
    status: 409,
    en: 'Someone changed this meanwhile. Load the page again and repeat what you did.',
    sv: 'Någon ändrade detta under tiden. Ladda sidan på nytt och gör om det du gjorde.',
  },
  wrong_state: {
    status: 409,
    en: 'This cannot be done in the present state.',
    sv: 'Detta går inte i det nuvarande läget.',
  },
  access_already_ended: {
    status: 409,
    en: 'The access asked for has already ended. Return the application so that the team can give a later day.',
    sv: 'Den tid som åtkomst söks för är redan slut. Återlämna ansökan så att gruppen kan ange en senare dag.',
  },
  ensemble_not_chosen: {
    status: 409,
    en: 'The ensemble has no chosen members yet. Wait until it is completed.',
    sv: 'Ensemblen har ännu inga valda medlemmar. Vänta tills den är klar.',
  },
  newer_terms: {
    status: 409,
    en: 'Newer terms are in force. Load the page, read them, and sign those.',
    sv: 'Nyare villkor gäller. Ladda sidan, läs dem och skriv under dem.',
  },
  download_not_begun: {
    status: 409,
    en: 'There is no download to confirm. Fetch the bundle first.',
    sv: 'Det finns ingen nedladdning att bekräfta. Hämta paketet först.',
  },
  download_incomplete: {
    status: 409,
    en: 'The lab has not delivered every part of the bundle to you yet. Resume the download, or fetch the byte ranges that are listed, then confirm it.',
    sv: 'Labbet har inte lämnat över alla delar av paketet till dig än. Återuppta nedladdningen, eller hämta de byteintervall som står i listan, och bekräfta den sedan.',
  },
  permit_ended: {
    status: 409,
    en: 'The permit has ended or was revoked, so this was stopped.',
    sv: 'Tillståndet har löpt ut eller återkallats, så detta avbröts.',
  },
  already_voted: {
    status: 409,
    en: 'You have already voted here. A vote is final.',
    sv: 'Du har redan röstat här. En röst är slutgiltig.',
  },
  conflict_of_interest: {
    status: 403,
    en: 'You belong to the team or are the author, so you may not take part in this decision.',
    sv: 'Du hör till gruppen eller är upphovsperson och får inte delta i beslutet.',
  },
  too_large: {
    status: 413,
    en: 'The upload is larger than the lab takes in one piece. Split it and upload the parts.',
    sv: 'Uppladdningen är större än vad labbet tar emot på en gång. Dela den och ladda upp delarna.',
  },
  ethics_decision_too_large: {
    status: 413,
    en: 'The ethics decision may be at most 20 MB. Save it with smaller pictures and attach it again.',
    sv: 'Etikbeslutet får vara högst 20 MB. Spara det med mindre bilder och bifoga det på nytt.',
  },
  range_not_satisfiable: {
    status: 416,
    en: 'The requested byte range lies outside the file.',
    sv: 'Den begärda delen ligger utanför filen.',
  },
  ethics_decision_not_pdf: {
    status: 422,
    en: 'This is not a PDF file. Save the ethics decision as PDF and attach it again.',
    sv: 'Detta är ingen PDF-fil. Spara etikbeslutet som PDF och bifoga det på nytt.',
  },
  upload_empty: {
    status: 422,
    en: 'The upload holds no file. Choose a zip that holds DICOM files.',
    sv: 'Uppladdningen innehåller ingen fil. Välj en zip med DICOM-filer.',
  },
  generator_file_empty: {
    status: 422,
    en: 'The file is empty. Choose the ONNX file of the generator.',
    sv: 'Filen är tom. Välj generatorns ONNX-fil.',
  },
  training_split_too_small: {
    status: 422,
    en: 'The training split holds fewer than {fewest:number} people, who would be copied rather than learnt from. Take in more people.',
    sv: 'Träningsdelen har färre än {fewest:number} personer, som skulle kopieras snarare än läras av. Ta in fler personer.',
  },
  label_cells_too_small: {
    status: 422,
    en: 'No combination of labels is held by {fewest:number} people of the training split. Take in more people or merge labels.',
    sv: 'Ingen kombination av märkningar finns hos {fewest:number} personer i träningsdelen. Ta in fler personer eller slå ihop märkningar.',
  },
  ensemble_data_too_small: {
    status: 422,
    en: 'An ensemble is chosen by who of the reference people is covered: that takes {training:number} training and {reference:number} reference images, here are {trainingHere:number} and {referenceHere:number}. Train a single network.',
    sv: 'En ensemble väljs efter vilka av referenspersonerna som täcks: det kräver {training:number} träningsbilder och {reference:number} referensbilder, här finns {trainingHere:number} och {referenceHere:number}. Träna ett enda nätverk.',
  },
  thresholds_unchanged: {
    status: 422,
    en: 'These are the limits in force already. Change at least one, or leave them as they are.',
    sv: 'De gränserna gäller redan. Ändra minst en, eller låt dem vara.',
  },
  override_incomplete: {
    status: 422,
    en: 'An override names every privacy check that failed, and no other. Load the page again and name those that it lists.',
    sv: 'Den som åsidosätter spärren anger varje underkänd integritetskontroll och ingen annan. Ladda sidan på nytt och ange dem som står där.',
  },
  no_use_reason_needed: {
    status: 422,
    en: 'The gate found this cohort of no use. Write why it is to be released all the same, in 40 characters or more.',
    sv: 'Spärren fann kohorten utan användning. Skriv med minst 40 tecken varför den ändå ska lämnas ut.',
  },
  privacy_required: {
    status: 422,
    en: 'This dataset takes only training with differential privacy. Turn it on and choose an epsilon.',
    sv: 'Den här datamängden tar bara emot träning med differentiell integritet. Slå på den och välj ett epsilon.',
  },
  privacy_budget_exceeded: {
    status: 422,
    en: "The dataset's budget is epsilon {budget:significant}. {spent:significant} is spent, and this run would bring it to {after:significant}. Choose more noise, fewer steps or a lower epsilon.",
    sv: 'Datamängdens budget är epsilon {budget:significant}. {spent:significant} är förbrukat, och träningen skulle föra det till {after:significant}. Välj mer brus, färre steg eller ett lägre epsilon.',
  },
  training_memorised: {
    status: 422,
    en: 'Training memorised people from the start and was stopped before it had a generator to keep. Take in more people, or augment more strongly.',
    sv: 'Träningen lärde sig personer utantill från början och stoppades innan den hade någon generator att behålla. Ta in fler personer eller variera bilderna mer.',
  },
  training_too_large: {
    status: 422,
    en: 'Training would need about {needed:decimal} GiB of memory, a worker of this lab has {available:decimal} GiB. Take a smaller batch or a narrower network.',
    sv: 'Träningen skulle kräva ungefär {needed:decimal} GiB minne, labbets arbetsprocesser har {available:decimal} GiB. Ta färre bilder per steg eller ett smalare nätverk.',
  },
  checkpoint_unusable: {
    status: 422,
    en: 'The run cannot go on from that one: it has no checkpoint, has not ended, belongs elsewhere, or its networks have another width; and no run goes on from or into a private one, whose cost would not be counted.',
    sv: 'Träningen kan inte fortsätta från den andra: den saknar kontrollpunkt, har inte slutat, hör hemma någon annanstans, eller har nätverk av annan bredd; och ingen träning fortsätter från eller som en privat, vars kostnad då inte skulle räknas.',
  },
  checkpoint_damaged: {
    status: 422,
    en: 'The checkpoint is damaged or of another version, and there is none before it. Start a new run.',
    sv: 'Kontrollpunkten är skadad eller av en annan version, och det finns ingen före den. Starta en ny träning.',
  },
  too_many_requests: {
    status: 429,
    en: 'Too many requests. Wait a little and try again.',
    sv: 'För många anrop. Vänta lite och försök igen.',
  },
  internal: {
    status: 500,
    en: 'Something went wrong in the lab. Report the request id to the lab.',
    sv: 'Något gick fel i labbet. Uppge id:t för labbet.',
  },
  configuration_invalid: {
    status: 500,
    en: 'The lab is not set up right. See the listed settings.',
    sv: 'Labbet är inte rätt inställt. Se inställningarna i listan.',
  },
  terms_missing: {
    status: 500,
    en: 'The lab has no terms to sign yet. Whoever runs it must set them up once: node prisma/seed.ts.',
    sv: 'Labbet har ännu inga villkor att skriva under. Den som driver det måste lägga in dem en gång: node prisma/seed.ts.',
  },
  terms_edited: {
    status: 500,
    en: 'Version {version:number} of the terms differs from the one that people have signed. Put the signed text back, and add the new one as a new version.',
    sv: 'Version {version:number} av villkoren skiljer sig från den som har skrivits under. Lägg tillbaka den underskrivna texten och lägg till den nya som en ny version.',
  },
  database_unavailable: {
    status: 503,
    en: 'The lab cannot reach its database just now. Nothing was lost; try again in a moment.',
    sv: 'Labbet når inte sin databas just nu. Inget gick förlorat; försök igen om en stund.',
  },
  database_busy: {
    status: 503,
    en: 'The database did not answer in time: it or the lab is under heavy load. Nothing was changed; try again in a moment.',
    sv: 'Databasen svarade inte i tid: den eller labbet är hårt belastad. Inget ändrades; försök igen om en stund.',
  },
  clock_ahead: {
    status: 503,
    en: 'The clock of this machine is {seconds:number} s ahead of the database server. Beyond 2 s workers take jobs from each other and sessions end at the wrong time, so nothing runs here until both clocks are right. Set them by NTP.',
    sv: 'Den här maskinens klocka går {seconds:number} s före databasserverns. Vid mer än 2 s tar arbetsprocesser jobb från varandra och sessioner slutar vid fel tid, så inget körs här förrän båda klockorna går rätt. Ställ dem med NTP.',
  },
  clock_behind: {
    status: 503,
    en: 'The clock of this machine is {seconds:number} s behind the database server. Beyond 2 s workers take jobs from each other and sessions end at the wrong time, so nothing runs here until both clocks are right. Set them by NTP.',
    sv: 'Den här maskinens klocka går {seconds:number} s efter databasserverns. Vid mer än 2 s tar arbetsprocesser jobb från varandra och sessioner slutar vid fel tid, så inget körs här förrän båda klockorna går rätt. Ställ dem med NTP.',
  },
  queue_unavailable: {
    status: 503,
    en: 'The lab cannot reach its queue just now. Nothing was lost; try again in a moment.',
    sv: 'Labbet når inte sin kö just nu. Inget gick förlorat; försök igen om en stund.',
  },
  identity_unavailable: {
    status: 503,
    en: 'The lab cannot reach its identity provider just now. Try again in a moment.',
    sv: 'Labbet når inte sin identitetstjänst just nu. Försök igen om en stund.',
  },
  storage_unavailable: {
    status: 503,
    en: 'The lab cannot read or write its storage just now. Nothing was lost; try again in a moment.',
    sv: 'Labbet kan inte läsa eller skriva i sin lagring just nu. Inget gick förlorat; försök igen om en stund.',
  },
  storage_full: {
    status: 507,
    en: 'The lab has no disk space left. Nothing half-written was kept; free space, then try again.',
    sv: 'Labbet har slut på diskutrymme. Inget halvskrivet sparades; frigör utrymme och försök igen.',
  },
  storage_damaged: {
    status: 500,
    en: 'A stored file does not match its checksum. Restore it from the backup.',
    sv: 'En lagrad fil stämmer inte med sin kontrollsumma. Återställ den från säkerhetskopian.',
  },
} as const satisfies Record<string, MessageRow & { status: number }>;

/** What the client itself finds wrong, where the lab gave no answer that says it. */
export const clientFaults = {
  network: {
    en: 'The lab did not answer. Check the connection and try again.',
    sv: 'Labbet svarade inte. Kontrollera anslutningen och försök igen.',
  },
  answer_unreadable: {
    en: 'The lab answered {status:number} without saying why.',
    sv: 'Labbet svarade {status:number} utan att säga varför.',
  },
  download_changed: {
    en: 'The file has changed since the download began. Start it again from the beginning.',
    sv: 'Filen har ändrats sedan nedladdningen började. Börja om den från början.',
  },
  download_length_unknown: {
    en: 'The lab did not say how long the file is.',
    sv: 'Labbet angav inte hur lång filen är.',
  },
  file_damaged: {
    en: 'This is not the whole bundle: its checksum differs. Download it again; a broken download goes on where it stopped.',
    sv: 'Detta är inte hela paketet: kontrollsumman skiljer sig. Ladda ner det igen; en avbruten nedladdning fortsätter där den stannade.',
  },
} as const satisfies Record<string, MessageRow>;
