/**
 * The terms of use, each version with its text in both languages, oldest first. A version that was
 * ever in force is never edited: people have signed its hash. New wording is a new entry; everyone
 * then signs again before the next use.
 */
export const termsTexts: readonly { version: number; sv: string; en: string }[] = [
  {
    version: 1,
    sv: `Villkor för användning av SCAPIS datorlabb, version 1

1. Vem villkoren gäller. De gäller dig personligen, för det tillstånd som du skriver under för. Bara de personer som står i tillståndet får använda labbet för projektet eller ta del av det som lämnas ut. Du lånar inte ut din inloggning.

2. Ändamål. Du använder data och resultat bara för det ändamål, med de dataset och till och med den dag som tillståndet anger, och inom ramen för det etiska godkännandet. Ändras projektet ansöker du på nytt innan du fortsätter.

3. Ingen återidentifiering. Du försöker inte ta reda på vem en bild eller en uppgift kommer från, vare sig den är verklig eller syntetisk, och inte heller om en viss person har deltagit i SCAPIS. Du kontaktar inga deltagare.

4. Ingen sammanlänkning. Du länkar inte samman labbets data eller de syntetiska kohorterna med andra uppgifter om enskilda personer. Du försöker inte återskapa verkliga bilder ur modeller eller syntetiska bilder, utom i labbets egna prövningar av detta.

5. Verkliga bilder stannar i labbet. Du tar inte ut verkliga bilder, modellvikter eller annat som härrör från verkliga bilder ur labbet, och fotograferar eller kopierar inte av dem. Det enda som lämnar labbet är det som har lämnats ut genom labbets eget beslut av två granskare.

6. Syntetiska kohorter. En utlämnad kohort är till för de personer som står i tillståndet. Du lämnar den inte vidare, publicerar den inte och lägger den inte i en öppen tjänst. Andra som behöver den ansöker själva. Du behåller märkningen som syntetisk och använder den inte som underlag för vård av en patient. Är den märkt enbart för metodutveckling drar du inga medicinska slutsatser av den.

7. Säker förvaring. Du förvarar utlämnade filer på utrustning som ditt lärosäte eller din forskningshuvudman ansvarar för, med åtkomst bara för personerna i tillståndet, och kontrollerar filernas kontrollsummor.

8. Incidenter. Upptäcker eller misstänker du en säkerhetshändelse, att någon kan ha återidentifierats eller att en syntetisk bild liknar en verklig person för mycket, slutar du genast använda materialet och meddelar labbet utan dröjsmål, senast inom 24 timmar. Du hjälper till att reda ut det.

9. Publicering. När du publicerar anger du att arbetet bygger på syntetiska data från SCAPIS datorlabb, vilken kohort och version det gäller, och tackar SCAPIS och Hjärt-Lungfonden på det sätt som labbet anvisar. Du återger inget som kan pekas ut som en enskild deltagare.

10. Loggning. Labbet loggar vad du gör, vad du laddar ner och när. Loggen går inte att ändra och granskas. Varje nedladdning ger ett signerat kvitto.

11. Slut och radering. När tillståndet går ut eller återkallas slutar du använda kohorten, raderar alla kopior som omfattas av tillståndet, även säkerhetskopior så snart det går, och intygar det på labbets begäran. Uppgifter som behövs för att andra ska kunna granska forskningen sparas enligt lag hos forskningshuvudmannen.

12. Återkallelse. Labbet får återkalla tillståndet genast, till exempel om villkoren inte följs eller om en kohort visar sig avslöja mer än den borde. Återkallelsen gäller från samma stund, också för pågående träning och nedladdning. Brott mot villkoren anmäls till din forskningshuvudman.
`,
    en: `Terms of use of the SCAPIS computer lab, version 1

1. Whom they bind. These terms bind you in person, for the permit that you sign for. Only the people named in the permit may use the lab for the project or have what is released to it. You do not lend your sign-in to anyone.

2. Purpose. You use data and results only for the purpose, with the datasets and until the day that the permit states, and within the ethical approval. If the project changes, you apply again before you go on.

3. No re-identification. You do not try to find out whom an image or a record comes from, be it real or synthetic, nor whether a certain person took part in SCAPIS. You do not contact participants.

4. No linkage. You do not link the lab's data or the synthetic cohorts with other records of individual people. You do not try to rebuild real images from models or synthetic images, other than in the lab's own tests of this.

5. Real images stay in the lab. You take no real image, no model weights and nothing else that derives from real images out of the lab, and you do not photograph or copy them. Only what the lab itself has released, by the decision of two reviewers, leaves it.

6. Synthetic cohorts. A released cohort is for the people named in the permit. You do not pass it on, publish it or put it into an open service. Others who need it apply for themselves. You keep its marks as synthetic, and do not use it as grounds for the care of a patient. If it is marked for method development only, you draw no medical conclusions from it.

7. Safe keeping. You keep released files on equipment that your university or research body answers for, with access for the people named in the permit only, and you verify the checksums of the files.

8. Incidents. If you find or suspect a security incident, that someone may have been re-identified, or that a synthetic image resembles a real person too closely, you stop using the material at once and tell the lab without delay, within 24 hours at the latest. You help to clear it up.

9. Publication. When you publish, you state that the work rests on synthetic data from the SCAPIS computer lab and which cohort and version, and acknowledge SCAPIS and the Swedish Heart-Lung Foundation in the way that the lab asks for. You show nothing that could be pointed out as one participant.

10. Logging. The lab logs what you do, what you download and when. The log cannot be changed, and it is audited. Each download gives a signed receipt.

11. End and deletion. When the permit ends or is revoked you stop using the cohort, delete all copies held under the permit, backups too as soon as that can be done, and certify it when the lab asks. Records that others need in order to examine the research are kept by the research body as the law requires.

12. Revocation. The lab may revoke the permit at once, for instance when the terms are not kept or when a cohort turns out to disclose more than it should. A revocation holds from the same moment, for training and downloads under way too. Breaches of these terms are reported to your research body.
`,
  },
];
