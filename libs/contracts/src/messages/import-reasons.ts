/**
 * Why a generator that was made elsewhere (an ONNX file) is refused: one row per reason. The
 * sentences say what to do, in both languages; what exactly was found (a node's name, a shape) is
 * told beside them as the check's detail.
 */
export const importReasons = {
  too_large: {
    en: 'The file is larger than 128 MiB. Use a smaller network.',
    sv: 'Filen är större än 128 MiB. Använd ett mindre nätverk.',
  },
  not_onnx: {
    en: 'This is not an ONNX file, or it ends too early. Export the generator as one ONNX file and upload that.',
    sv: 'Detta är ingen ONNX-fil, eller så slutar den för tidigt. Exportera generatorn som en enda ONNX-fil och ladda upp den.',
  },
  malformed: {
    en: 'The file breaks the ONNX format. Export the generator again.',
    sv: 'Filen följer inte ONNX-formatet. Exportera generatorn på nytt.',
  },
  external_data: {
    en: 'The weights lie in another file. Export with external_data=False, so that one file holds everything.',
    sv: 'Vikterna ligger i en annan fil. Exportera med external_data=False, så att en fil innehåller allt.',
  },
  ir_version: {
    en: 'The lab reads ONNX files of IR version 4 to 11. Export with another version of the tool.',
    sv: 'Labbet läser ONNX-filer med IR-version 4 till 11. Exportera med en annan version av verktyget.',
  },
  opset: {
    en: 'The lab reads opset 13 to 22. Export with opset_version=18, for example.',
    sv: 'Labbet läser opset 13 till 22. Exportera till exempel med opset_version=18.',
  },
  foreign_domain: {
    en: 'The file uses operations that are not part of standard ONNX. Export without custom operators.',
    sv: 'Filen använder operationer utanför standard-ONNX. Exportera utan egna operatorer.',
  },
  functions: {
    en: 'The file defines functions of its own. Export with functions inlined.',
    sv: 'Filen definierar egna funktioner. Exportera så att de skrivs ut på plats (inlining).',
  },
  control_flow: {
    en: 'The generator holds loops or branches. The lab takes straight networks only: unroll them before the export.',
    sv: 'Generatorn innehåller slingor eller förgreningar. Labbet tar bara raka nätverk: rulla ut dem före exporten.',
  },
  random_op: {
    en: 'The generator draws random numbers inside. All randomness must come in through z, or no image can be repeated.',
    sv: 'Generatorn drar slumptal inuti. All slump måste komma in genom z, annars kan ingen bild upprepas.',
  },
  training_mode: {
    en: 'The generator was exported in training mode. Call eval() before the export.',
    sv: 'Generatorn exporterades i träningsläge. Anropa eval() före exporten.',
  },
  unknown_op: {
    en: 'The generator uses an operation, or an option of one, that the lab does not take. Replace it by a plainer one.',
    sv: 'Generatorn använder en operation, eller ett val hos en operation, som labbet inte tar emot. Ersätt den med en enklare.',
  },
  element_type: {
    en: 'The file holds numbers other than float32, int32, int64 or bool. Convert the generator to float32.',
    sv: 'Filen innehåller tal av annat slag än float32, int32, int64 eller bool. Omvandla generatorn till float32.',
  },
  too_many_nodes: {
    en: 'The generator has more than 5,000 operations. Use a simpler network.',
    sv: 'Generatorn har fler än 5 000 operationer. Använd ett enklare nätverk.',
  },
  input_names: {
    en: 'A generator takes the input z and, if it wants to, label; nothing else. Name the inputs so in the export.',
    sv: 'En generator tar indata z och, om den vill, label; inget annat. Namnge indata så i exporten.',
  },
  input_shape: {
    en: 'z must be float32 of shape [N, length, ...] with at most 4,096 numbers per image, and label float32 of shape [N, 9] (calcium grade, sex, age band, one-hot).',
    sv: 'z ska vara float32 med formen [N, längd, ...] och högst 4 096 tal per bild, och label float32 med formen [N, 9] (kalkgrad, kön, åldersband, one-hot).',
  },
  fixed_batch: {
    en: 'The generator draws a fixed number of images at a time. Export it with a dynamic batch axis, or with a batch of 1.',
    sv: 'Generatorn ritar ett bestämt antal bilder åt gången. Exportera den med dynamisk batchaxel, eller med batch 1.',
  },
  output_shape: {
    en: 'The one output must be float32 of shape [N, 1, s, s] with s = 16, 32, 64, 128 or 256.',
    sv: 'Det enda utdatat ska vara float32 med formen [N, 1, s, s] med s = 16, 32, 64, 128 eller 256.',
  },
  other_size: {
    en: 'The images are not as large as those of the dataset version that the generator was trained on, so no gate can judge them. Train at that size.',
    sv: 'Bilderna är inte lika stora som de i den version av datamängden som generatorn tränades på, så ingen spärr kan bedöma dem. Träna i den storleken.',
  },
  unknown_shape: {
    en: 'The shape of a result inside depends on computed values. Export the generator with fixed shapes (all but the batch).',
    sv: 'Formen på ett mellanresultat beror på beräknade värden. Exportera generatorn med fasta former (utom batchen).',
  },
  wrong_shape: {
    en: 'The shapes inside do not fit together. Check that the exported file runs, then export it again.',
    sv: 'Formerna inuti passar inte ihop. Kontrollera att den exporterade filen går att köra och exportera den på nytt.',
  },
  too_costly: {
    en: 'One image costs more than 20 billion multiplications. Use a smaller network.',
    sv: 'En bild kostar mer än 20 miljarder multiplikationer. Använd ett mindre nätverk.',
  },
  too_much_memory: {
    en: 'The results inside need more than 1 GiB for one image. Use a smaller network.',
    sv: 'Mellanresultaten kräver mer än 1 GiB för en bild. Använd ett mindre nätverk.',
  },
  bad_range: {
    en: 'The metadata field scapis.range must be two numbers, low,high, such as 0,1: what black and white are in the output.',
    sv: 'Metadatafältet scapis.range ska vara två tal, lågt,högt, såsom 0,1: vad svart och vitt är i utdatat.',
  },
  not_runnable: {
    en: 'ONNX Runtime cannot run the file. Check that it runs where it was made, then export it again.',
    sv: 'ONNX Runtime kan inte köra filen. Kontrollera att den går att köra där den gjordes och exportera den på nytt.',
  },
  not_finite: {
    en: 'The generator gives values that are no numbers. Check its weights.',
    sv: 'Generatorn ger värden som inte är tal. Kontrollera dess vikter.',
  },
  out_of_range: {
    en: 'Pixels lie outside -1..1. End the network with tanh, or declare the range in the metadata field scapis.range.',
    sv: 'Bildpunkter ligger utanför -1..1. Avsluta nätverket med tanh, eller ange intervallet i metadatafältet scapis.range.',
  },
  ignores_z: {
    en: 'The generator draws the same image whatever z is. A collapsed network has nothing to release.',
    sv: 'Generatorn ritar samma bild vilket z den än får. Ett kollapsat nätverk har inget att lämna ut.',
  },
  ignores_label: {
    en: 'The generator takes a label but draws the same image whatever it is. Train it with labels, or export it without that input.',
    sv: 'Generatorn tar emot en etikett men ritar samma bild vilken den än är. Träna den med etiketter, eller exportera den utan detta indata.',
  },
} as const satisfies Record<string, { en: string; sv: string }>;

export type ImportReason = keyof typeof importReasons;
export const importReasonNames = Object.keys(importReasons) as [ImportReason, ...ImportReason[]];
