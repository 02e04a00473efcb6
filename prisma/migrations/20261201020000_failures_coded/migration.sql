-- A failure was stored as its English sentence. It becomes the code and the parameters of a row of the message catalogue; a sentence that is none of these
-- becomes the parameter of the row 'legacy'. What a reviewer wrote who rejected a dataset version is the parameter of the row 'version_rejected'.

CREATE TEMPORARY TABLE old_sentence (code text, sentence text PRIMARY KEY);
INSERT INTO old_sentence VALUES
    ('invalid_input', 'The request is not in the form this page expects. See the listed fields.'),
    ('cursor_unknown', 'The page cursor is not one of this list. Start again from the first page.'),
    ('dataset_unknown', 'The application names a dataset that is not in the catalogue. Choose it again.'),
    ('member_never_signed_in', 'Nobody with this address has signed in to the lab. Ask the person to sign in once, then add the address again.'),
    ('member_is_applicant', 'The applicant stays a member of the team.'),
    ('terms_text_differs', 'The text that was shown is not the text of these terms. Load the page again and sign what it shows.'),
    ('generators_mixed', 'The generators of an ensemble must come from one project and one dataset version.'),
    ('checksum_differs', 'The checksum is not that of the released bundle: the file is incomplete or damaged. Resume the download, or delete the file and fetch it again.'),
    ('reason_repeated', 'This is the reason of the person who signed before. Write your own.'),
    ('not_signed_in', 'You are not signed in, or your session has ended. Sign in again.'),
    ('forbidden', 'You may not do this now. The conditions that are not met are listed.'),
    ('cross_site_request', 'This request came from another site and was refused. Open the lab itself and try again.'),
    ('not_found', 'There is no such thing, or you may not see it.'),
    ('conflict', 'Someone changed this meanwhile. Load the page again and repeat what you did.'),
    ('wrong_state', 'This cannot be done in the present state.'),
    ('access_already_ended', 'The access asked for has already ended. Return the application so that the team can give a later day.'),
    ('ensemble_not_chosen', 'The ensemble has no chosen members yet. Wait until it is completed.'),
    ('newer_terms', 'Newer terms are in force. Load the page, read them, and sign those.'),
    ('download_not_begun', 'There is no download to confirm. Fetch the bundle first.'),
    ('download_incomplete', 'Parts of the bundle have not been fetched yet. Resume the download, then confirm it.'),
    ('permit_ended', 'The permit has ended or was revoked, so this was stopped.'),
    ('already_voted', 'You have already voted here. A vote is final.'),
    ('conflict_of_interest', 'You belong to the team or are the author, so you may not take part in this decision.'),
    ('too_large', 'The upload is larger than the lab takes in one piece. Split it and upload the parts.'),
    ('ethics_decision_too_large', 'The ethics decision may be at most 20 MB. Save it with smaller pictures and attach it again.'),
    ('range_not_satisfiable', 'The requested byte range lies outside the file.'),
    ('ethics_decision_not_pdf', 'This is not a PDF file. Save the ethics decision as PDF and attach it again.'),
    ('upload_empty', 'The upload holds no file. Choose a zip that holds DICOM files.'),
    ('generator_file_empty', 'The file is empty. Choose the ONNX file of the generator.'),
    ('thresholds_unchanged', 'These are the limits in force already. Change at least one, or leave them as they are.'),
    ('override_incomplete', 'An override names every privacy check that failed, and no other. Load the page again and name those that it lists.'),
    ('privacy_required', 'This dataset takes only training with differential privacy. Turn it on and choose an epsilon.'),
    ('training_memorised', 'Training memorised people from the start and was stopped before it had a generator to keep. Take in more people, or augment more strongly.'),
    ('checkpoint_unusable', 'The run cannot go on from that one: it has no checkpoint, has not ended, belongs elsewhere, or its networks have another width; and no run goes on from or into a private one, whose cost would not be counted.'),
    ('checkpoint_damaged', 'The checkpoint is damaged or of another version, and there is none before it. Start a new run.'),
    ('too_many_requests', 'Too many requests. Wait a little and try again.'),
    ('internal', 'Something went wrong in the lab. Report the request id to the lab.'),
    ('configuration_invalid', 'The lab is not set up right. See the listed settings.'),
    ('terms_missing', 'The lab has no terms to sign yet. Whoever runs it must set them up once: node prisma/seed.ts.'),
    ('database_unavailable', 'The lab cannot reach its database just now. Nothing was lost; try again in a moment.'),
    ('queue_unavailable', 'The lab cannot reach its queue just now. Nothing was lost; try again in a moment.'),
    ('identity_unavailable', 'The lab cannot reach its identity provider just now. Try again in a moment.'),
    ('storage_full', 'The lab has no disk space left. Nothing half-written was kept; free space, then try again.'),
    ('storage_damaged', 'A stored file does not match its checksum. Restore it from the backup.'),
    ('training_out_of_memory_early', 'The worker had not enough memory for this run. It had no checkpoint yet: start a new run, with a smaller batch or a narrower network, or give the worker more memory.'),
    ('training_failed', 'Training failed several times for a reason that lies in the lab. The last checkpoint is kept. Tell the lab.'),
    ('ensemble_failed', 'None of its runs came to an end. What stopped each stands on its page.'),
    ('ingest_failed', 'Taking the upload in failed several times for a reason that lies in the lab. Nothing of it was kept. Tell the lab, then upload into a new version.'),
    ('import_failed', 'The check failed several times for a reason that lies in the lab. Nothing was accepted. Tell the lab, then declare and upload the file again.'),
    ('synthesis_failed', 'Drawing the images failed several times for a reason that lies in the lab. Nothing of them was kept. Tell the lab, then ask for the cohort again.'),
    ('gate_failed', 'The gate failed several times for a reason that lies in the lab, so there is no verdict. Tell the lab, then run the gate again.'),
    ('gate_inconclusive', 'The gate did not find the copies that it had hidden itself, so its answer counts for nothing. Tell the lab; run the gate again when it has been mended.'),
    ('packing_failed', 'Packing failed for a reason that lies in the lab. It is tried again every ten minutes. Tell the lab.'),
    ('upload_gone', 'The upload is no longer there. Upload it again.'),
    ('upload_is_link', 'The upload is a link. Upload the files themselves.'),
    ('upload_encrypted', 'The archive is encrypted. Make a zip without a password; the connection protects it.'),
    ('upload_compression_unknown', 'The archive uses a compression that the lab does not read. Make an ordinary zip (deflate).'),
    ('upload_not_zip', 'The upload is not a zip, or it was cut off on the way. Upload a complete zip.'),
    ('upload_file_unreadable', 'A file in the folder cannot be read. Check its permissions, then try again.'),
    ('upload_damaged', 'The archive is damaged or was cut off on the way. Upload it again.'),
    ('upload_without_files', 'The upload holds no file. Choose a zip or folder that holds DICOM files.'),
    ('upload_too_large', 'The upload holds more than the lab takes at once. Split it and upload the parts.'),
    ('archive_name_twice', 'The archive holds the same name twice. Make a new zip from the folder.'),
    ('archive_name_escapes', 'The archive holds a name that leads out of it. Make a new zip from the folder.'),
    ('archive_holds_link', 'The archive holds a link or a device. Make a new zip from the files themselves.'),
    ('folder_holds_link', 'The folder holds a link or a device. Copy the files themselves into it.'),
    ('archive_inflates', 'The archive inflates beyond measure. If it is no bomb, make a zip without compression.'),
    ('labels_twice', 'The upload has more than one labels.csv. Keep one and upload again.'),
    ('labels_spellings', 'labels.csv holds one person in two spellings with different labels. Keep one line for each person and upload again.'),
    ('labels_empty', 'labels.csv holds no person. Add one line for each and upload again.'),
    ('intake_no_image', 'The upload holds labels.csv but no image. Add the DICOM files and upload again.');

-- Words of closed lists that stood within sentences.
CREATE TEMPORARY TABLE old_word (kind text, name text, word text);
INSERT INTO old_word VALUES
    ('loss', 'discriminatorLoss', 'discriminator''s loss'),
    ('loss', 'generatorLoss', 'generator''s loss'),
    ('loss', 'penalty', 'gradient penalty'),
    ('loss', 'realLogit', 'logit of real images'),
    ('loss', 'fakeLogit', 'logit of generated images'),
    ('loss', 'discriminatorGradient', 'discriminator''s gradient'),
    ('loss', 'generatorGradient', 'generator''s gradient'),
    ('loss', 'classifierLoss', 'classifier''s loss'),
    ('loss', 'guidanceLoss', 'loss by guidance'),
    ('file', 'not_dicom', 'This is not a DICOM file. Upload the DICOM files that the scanner or archive exports.'),
    ('file', 'truncated', 'The file ends too early. Copy or export it again.'),
    ('file', 'malformed', 'The file breaks the DICOM format. Export it again.'),
    ('file', 'not_ct', 'This is not a CT image. Upload only CT.'),
    ('file', 'missing_identifiers', 'The file lacks the study, series or instance UID. Export it again.'),
    ('file', 'missing_patient_id', 'The file has no patient ID, so it cannot be tied to a person. Give each person an ID in the export.'),
    ('file', 'missing_geometry', 'The file does not say where the slice lies or how large its pixels are. Export it again as original axial CT.'),
    ('file', 'duplicate_instance', 'The same image is already in this upload or dataset. Nothing needs to be done.'),
    ('file', 'localizer', 'This is a localizer (scout), which is not used. Nothing needs to be done.'),
    ('file', 'screen_capture', 'This is a screen capture or dose report, which may show a name. Leave such images out.'),
    ('file', 'burned_in_annotation', 'The file says that text is burned into the image, which may be a name. Export the image without text.'),
    ('file', 'head_ct', 'The image shows the head, where a face can be recognised. The lab takes no head CT.'),
    ('file', 'not_original_axial', 'This is not an original axial slice but a derived or reformatted one. A person in the lab decides.'),
    ('file', 'unsupported_transfer_syntax', 'The lab cannot read this transfer syntax. Export the images uncompressed.'),
    ('file', 'no_pixel_data', 'The file holds no image. Leave it out.'),
    ('file', 'colour', 'The image is in colour, which CT is not. Leave it out.'),
    ('file', 'multi_frame', 'The file holds several frames. Export one slice per file (classic CT).'),
    ('file', 'unsupported_pixel_format', 'The pixels are not in a form of CT that the lab reads (8 or 16 bits, MONOCHROME2, at most 4096 x 4096). Export the image again.'),
    ('file', 'pixel_length_wrong', 'The image has more or fewer pixels than its header says. Copy or export the file again.'),
    ('file', 'no_rescale', 'The file does not say how its values become Hounsfield units. Export it again as original CT.'),
    ('file', 'decoder_timeout', 'The compressed image took too long to unpack. Export it uncompressed, or let a person in the lab look.'),
    ('file', 'decoder_failed', 'The compressed image is damaged. Copy or export it again.'),
    ('file', 'hu_implausible', 'The values are not those of a chest CT (no air near -1000 HU, or values far outside the scale). A person in the lab decides.'),
    ('file', 'series_inconsistent', 'The image does not fit the others of its series (size, spacing, direction or a place taken twice). A person in the lab decides.'),
    ('file', 'no_labels', 'The person is not in labels.csv. Add a line for the person and upload again.'),
    ('import', 'too_large', 'The file is larger than 128 MiB. Use a smaller network.'),
    ('import', 'not_onnx', 'This is not an ONNX file, or it ends too early. Export the generator as one ONNX file and upload that.'),
    ('import', 'malformed', 'The file breaks the ONNX format. Export the generator again.'),
    ('import', 'external_data', 'The weights lie in another file. Export with external_data=False, so that one file holds everything.'),
    ('import', 'ir_version', 'The lab reads ONNX files of IR version 4 to 11. Export with another version of the tool.'),
    ('import', 'opset', 'The lab reads opset 13 to 22. Export with opset_version=18, for example.'),
    ('import', 'foreign_domain', 'The file uses operations that are not part of standard ONNX. Export without custom operators.'),
    ('import', 'functions', 'The file defines functions of its own. Export with functions inlined.'),
    ('import', 'control_flow', 'The generator holds loops or branches. The lab takes straight networks only: unroll them before the export.'),
    ('import', 'random_op', 'The generator draws random numbers inside. All randomness must come in through z, or no image can be repeated.'),
    ('import', 'training_mode', 'The generator was exported in training mode. Call eval() before the export.'),
    ('import', 'unknown_op', 'The generator uses an operation, or an option of one, that the lab does not take. Replace it by a plainer one.'),
    ('import', 'element_type', 'The file holds numbers other than float32, int32, int64 or bool. Convert the generator to float32.'),
    ('import', 'too_many_nodes', 'The generator has more than 5,000 operations. Use a simpler network.'),
    ('import', 'input_names', 'A generator takes the input z and, if it wants to, label; nothing else. Name the inputs so in the export.'),
    ('import', 'input_shape', 'z must be float32 of shape [N, length, ...] with at most 4,096 numbers per image, and label float32 of shape [N, 9] (calcium grade, sex, age band, one-hot).'),
    ('import', 'fixed_batch', 'The generator draws a fixed number of images at a time. Export it with a dynamic batch axis, or with a batch of 1.'),
    ('import', 'output_shape', 'The one output must be float32 of shape [N, 1, s, s] with s = 16, 32, 64, 128 or 256.'),
    ('import', 'other_size', 'The images are not as large as those of the dataset version that the generator was trained on, so no gate can judge them. Train at that size.'),
    ('import', 'unknown_shape', 'The shape of a result inside depends on computed values. Export the generator with fixed shapes (all but the batch).'),
    ('import', 'wrong_shape', 'The shapes inside do not fit together. Check that the exported file runs, then export it again.'),
    ('import', 'too_costly', 'One image costs more than 20 billion multiplications. Use a smaller network.'),
    ('import', 'too_much_memory', 'The results inside need more than 1 GiB for one image. Use a smaller network.'),
    ('import', 'bad_range', 'The metadata field scapis.range must be two numbers, low,high, such as 0,1: what black and white are in the output.'),
    ('import', 'not_runnable', 'ONNX Runtime cannot run the file. Check that it runs where it was made, then export it again.'),
    ('import', 'not_finite', 'The generator gives values that are no numbers. Check its weights.'),
    ('import', 'out_of_range', 'Pixels lie outside -1..1. End the network with tanh, or declare the range in the metadata field scapis.range.'),
    ('import', 'ignores_z', 'The generator draws the same image whatever z is. A collapsed network has nothing to release.'),
    ('import', 'ignores_label', 'The generator takes a label but draws the same image whatever it is. Train it with labels, or export it without that input.');

-- Sentences with parameters: what each group of the pattern is called, and its kind.
CREATE TEMPORARY TABLE old_pattern (code text, pattern text, names text[], kinds text[]);
INSERT INTO old_pattern VALUES
    ('batch_exceeds_people', '^The training split holds ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) people, fewer than the ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) images per step\. Choose fewer images per step\.$', ARRAY['people','batch'], ARRAY['number','number']),
    ('noisy_steps_too_many', '^A private run takes at most ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) noisy steps\. Choose fewer steps\.$', ARRAY['most'], ARRAY['number']),
    ('epsilon_unreachable', '^No noise brings this run down to epsilon ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\. Choose fewer steps\.$', ARRAY['epsilon'], ARRAY['number']),
    ('training_split_too_small', '^The training split holds fewer than ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) people, who would be copied rather than learnt from\. Take in more people\.$', ARRAY['fewest'], ARRAY['number']),
    ('label_cells_too_small', '^No combination of labels is held by ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) people of the training split\. Take in more people or merge labels\.$', ARRAY['fewest'], ARRAY['number']),
    ('ensemble_data_too_small', '^An ensemble is chosen by who of the reference people is covered: that takes ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) training and ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) reference images, here are ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) and ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\. Train a single network\.$', ARRAY['training','reference','trainingHere','referenceHere'], ARRAY['number','number','number','number']),
    ('privacy_budget_exceeded', '^The dataset''s budget is epsilon ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\. ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) is spent, and this run would bring it to ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\. Choose more noise, fewer steps or a lower epsilon\.$', ARRAY['budget','spent','after'], ARRAY['significant','significant','significant']),
    ('training_too_large', '^Training would need about ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) GiB of memory, a worker of this lab has ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) GiB\. Take a smaller batch or a narrower network\.$', ARRAY['needed','available'], ARRAY['decimal','decimal']),
    ('terms_edited', '^Version ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) of the terms differs from the one that people have signed\. Put the signed text back, and add the new one as a new version\.$', ARRAY['version'], ARRAY['number']),
    ('training_diverged', '^Training gave numbers that are not finite and was stopped\. It began at step ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) with the (.+)\. Start again from its checkpoint of step ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?), with a lower learning rate or a higher penalty\.$', ARRAY['step','loss','checkpoint'], ARRAY['number','loss','number']),
    ('training_diverged_early', '^Training gave numbers that are not finite and was stopped\. It began at step ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) with the (.+)\. It had no checkpoint yet: start a new run, with a lower learning rate or a higher penalty\.$', ARRAY['step','loss'], ARRAY['number','loss']),
    ('training_out_of_memory', '^The worker had not enough memory for this run\. Start again from its checkpoint of step ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?), with a smaller batch or a narrower network, or give the worker more memory\.$', ARRAY['checkpoint'], ARRAY['number']),
    ('upload_too_many_files', '^The upload holds more than ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?) files\. Split it and upload the parts\.$', ARRAY['most'], ARRAY['number']),
    ('labels_missing', '^The upload has no labels\.csv\. Add one with the columns (.+) and upload again\.$', ARRAY['columns'], ARRAY['list']),
    ('labels_column_missing', '^labels\.csv lacks the column (.+)\. It needs (.+); add it and upload again\.$', ARRAY['missing','columns'], ARRAY['list','list']),
    ('labels_without_person', '^labels\.csv, line ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?): no patientId\. Fill it in and upload again\.$', ARRAY['line'], ARRAY['number']),
    ('labels_person_twice', '^labels\.csv, line ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?): a person who stands there before, with other labels\. Keep one line for each person and upload again\.$', ARRAY['line'], ARRAY['number']),
    ('labels_value_unknown', '^labels\.csv, line ([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?): (.+) must be one of (.+)\. Mend it and upload again\.$', ARRAY['line','column','values'], ARRAY['number','text','list']),
    ('intake_nobody_labelled', '^None of the ([0-9]+) images belongs to one of the ([0-9]+) people of labels\.csv\..*$', ARRAY['count','people'], ARRAY['number','number']),
    ('intake_nothing_accepted', '^None of the ([0-9]+) files was accepted\. The commonest reason: (.+)$', ARRAY['count','reason'], ARRAY['number','file']);

CREATE FUNCTION pg_temp.to_param(kind text, value text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT CASE kind
    WHEN 'text' THEN to_jsonb(value)
    WHEN 'number' THEN to_jsonb(value::numeric)
    WHEN 'decimal' THEN to_jsonb(value::numeric)
    WHEN 'significant' THEN to_jsonb(value::numeric)
    WHEN 'list' THEN to_jsonb(string_to_array(value, ', '))
    ELSE (SELECT to_jsonb(old_word.name) FROM old_word WHERE old_word.kind = to_param.kind AND old_word.word = value)
  END
$$;

CREATE FUNCTION pg_temp.to_failure(stored text) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  known record;
  parts text[];
  params jsonb;
BEGIN
  IF stored IS NULL THEN RETURN NULL; END IF;
  SELECT code INTO known FROM old_sentence WHERE sentence = stored;
  IF FOUND THEN RETURN jsonb_build_object('code', known.code, 'params', '{}'::jsonb); END IF;

  FOR known IN SELECT * FROM old_pattern LOOP
    parts := regexp_match(stored, known.pattern);
    CONTINUE WHEN parts IS NULL;
    SELECT jsonb_object_agg(known.names[at], pg_temp.to_param(known.kinds[at], parts[at])) INTO params FROM generate_subscripts(parts, 1) at;
    -- A word of no list makes the sentence one of no list.
    EXIT WHEN EXISTS (SELECT FROM jsonb_each(params) WHERE value = 'null'::jsonb);
    RETURN jsonb_build_object('code', known.code, 'params', params);
  END LOOP;

  SELECT name, word INTO known FROM old_word
    WHERE kind = 'import' AND (stored = word OR (starts_with(stored, word || ' (') AND right(stored, 1) = ')'));
  IF FOUND AND stored = known.word THEN RETURN jsonb_build_object('code', 'import.' || known.name, 'params', '{}'::jsonb); END IF;
  IF FOUND THEN
    RETURN jsonb_build_object('code', 'generator_refused', 'params',
      jsonb_build_object('reason', known.name, 'detail', substr(stored, length(known.word) + 3, length(stored) - length(known.word) - 3)));
  END IF;
  RETURN jsonb_build_object('code', 'legacy', 'params', jsonb_build_object('text', stored));
END $$;

ALTER TABLE "dataset_version" ALTER COLUMN "failure" TYPE JSONB USING CASE WHEN "state" = 'rejected' AND "failure" IS NOT NULL
  THEN jsonb_build_object('code', 'version_rejected', 'params', jsonb_build_object('reason', "failure")) ELSE pg_temp.to_failure("failure") END;
ALTER TABLE "training_run" ALTER COLUMN "failure" TYPE JSONB USING pg_temp.to_failure("failure");
ALTER TABLE "ensemble" ALTER COLUMN "failure" TYPE JSONB USING pg_temp.to_failure("failure");
ALTER TABLE "generator_import" ALTER COLUMN "failure" TYPE JSONB USING pg_temp.to_failure("failure");
ALTER TABLE "cohort_version" ALTER COLUMN "failure" TYPE JSONB USING pg_temp.to_failure("failure");
ALTER TABLE "synthesis_run" ALTER COLUMN "failure" TYPE JSONB USING pg_temp.to_failure("failure");
ALTER TABLE "gate_run" ALTER COLUMN "failure" TYPE JSONB USING pg_temp.to_failure("failure");

DROP FUNCTION pg_temp.to_failure(text);
DROP FUNCTION pg_temp.to_param(text, text);
DROP TABLE old_sentence, old_word, old_pattern;
