-- Limits of the release gate: each version stands for ever, the numbers follow each other, and what is trained or imported holds the newest of its
-- moment, so that nobody can loosen a limit after having seen a result.

GRANT SELECT, INSERT ON threshold_version TO scapis_app;
REVOKE UPDATE, DELETE, TRUNCATE ON threshold_version FROM scapis_app;
ALTER TABLE threshold_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON threshold_version FOR SELECT TO scapis_app USING (lab_is_system() OR lab_person() IS NOT NULL);
CREATE POLICY writers ON threshold_version FOR INSERT TO scapis_app WITH CHECK (lab_has_role('lab-admin') AND set_by_id = lab_person());
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON threshold_version FOR EACH ROW EXECUTE FUNCTION lab_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON threshold_version FOR EACH STATEMENT EXECUTE FUNCTION lab_refuse_change();
ALTER TABLE threshold_version ADD CONSTRAINT threshold_version_reason CHECK (char_length(btrim(reason, E' \t\r\n')) >= 20);
ALTER TABLE threshold_version ADD CONSTRAINT threshold_version_values CHECK (jsonb_typeof("values") = 'object');

CREATE FUNCTION lab_check_threshold_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM threshold_version WHERE dataset_id = NEW.dataset_id) THEN
    RAISE EXCEPTION 'versions of limits follow each other' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER threshold_version_rules BEFORE INSERT ON threshold_version FOR EACH ROW EXECUTE FUNCTION lab_check_threshold_version();

CREATE FUNCTION lab_check_thresholds_in_force() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.threshold_version_id IS DISTINCT FROM OLD.threshold_version_id THEN
      RAISE EXCEPTION 'what was asked for keeps the limits of its time' USING ERRCODE = 'LAB05';
    END IF;
  ELSIF NEW.threshold_version_id IS DISTINCT FROM (
      SELECT limits.id FROM threshold_version limits JOIN dataset_version USING (dataset_id)
      WHERE dataset_version.id = NEW.dataset_version_id ORDER BY limits.number DESC LIMIT 1) THEN
    -- A serialization failure: where they were set between reading and writing, the request is run again and reads the new ones.
    RAISE EXCEPTION 'these are not the limits in force' USING ERRCODE = '40001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER thresholds_in_force BEFORE INSERT OR UPDATE ON training_run FOR EACH ROW EXECUTE FUNCTION lab_check_thresholds_in_force();
CREATE TRIGGER thresholds_in_force BEFORE INSERT OR UPDATE ON generator_import FOR EACH ROW EXECUTE FUNCTION lab_check_thresholds_in_force();

-- The versions that bind a cohort version: those of its generators' runs and imports, of the runs that these go on from, and of every other run or import
-- of the dataset that gave the same file. Training or importing the same thing again under looser limits gains nothing. Reads past row-level security:
-- that other run may be another project's.
CREATE FUNCTION lab_threshold_versions_of(version uuid) RETURNS TABLE (id uuid, number int, "values" jsonb)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE origin AS (
    SELECT same.training_run_id, same.generator_import_id
    FROM synthesis_run JOIN synthesis_generator ON synthesis_run_id = synthesis_run.id JOIN generator drawn ON drawn.id = generator_id JOIN generator same USING (sha256)
    WHERE synthesis_run.cohort_version_id = version
  ), run AS (
    SELECT training_run.id, continued_from_id, threshold_version_id FROM training_run JOIN origin ON training_run.id = training_run_id
    UNION
    SELECT earlier.id, earlier.continued_from_id, earlier.threshold_version_id FROM training_run earlier JOIN run ON earlier.id = run.continued_from_id
  )
  SELECT limits.id, limits.number, limits."values" FROM threshold_version limits
  WHERE (lab_person() IS NOT NULL OR lab_is_system())
    AND limits.dataset_id = (SELECT dataset_id FROM cohort_version JOIN cohort ON cohort.id = cohort_id WHERE cohort_version.id = version)
    AND limits.id IN (SELECT threshold_version_id FROM run
                      UNION SELECT threshold_version_id FROM generator_import JOIN origin ON generator_import.id = generator_import_id)
  ORDER BY limits.number $$;
