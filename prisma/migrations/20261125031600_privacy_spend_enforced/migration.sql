-- The privacy budget: fixed with the dataset; its ledger append-only, true to the runs it is about, and never settled below what a run took.

GRANT SELECT, INSERT ON privacy_spend TO scapis_app;
ALTER TABLE privacy_spend ENABLE ROW LEVEL SECURITY;
CREATE POLICY project ON privacy_spend TO scapis_app USING (lab_sees_project(application_id)) WITH CHECK (lab_sees_project(application_id));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON privacy_spend FOR EACH ROW EXECUTE FUNCTION lab_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON privacy_spend FOR EACH STATEMENT EXECUTE FUNCTION lab_refuse_change();
ALTER TABLE privacy_spend ADD CONSTRAINT privacy_spend_values
  CHECK (kind IN ('reserved', 'settled') AND noise_multiplier > 0 AND sample_rate > 0 AND sample_rate <= 1 AND steps >= 0 AND delta > 0 AND epsilon >= 0);

-- Noisy steps that outlived a slice: those up to the newest checkpoint. Checkpoints are hidden from people, this number is not.
CREATE FUNCTION lab_noisy_steps(of_run uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT (coalesce((SELECT max(step) FROM checkpoint WHERE training_run_id = of_run), 0) * (config -> 'privacy' ->> 'discriminatorSteps')::int)::int
   FROM training_run WHERE id = of_run $$;

CREATE FUNCTION lab_check_privacy_spend() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE run record;
BEGIN
  SELECT training_run.application_id, training_run.state, training_run.steps, training_run.config -> 'privacy' AS privacy, dataset_version.dataset_id
    INTO run FROM training_run JOIN dataset_version ON dataset_version.id = dataset_version_id WHERE training_run.id = NEW.training_run_id;
  IF (NEW.application_id, NEW.dataset_id, NEW.noise_multiplier, NEW.sample_rate)
     IS DISTINCT FROM (run.application_id, run.dataset_id, (run.privacy ->> 'noiseMultiplier')::float8, (run.privacy ->> 'sampleRate')::float8) THEN
    RAISE EXCEPTION 'a spend says what its run does' USING ERRCODE = 'LAB04';
  END IF;
  IF NEW.kind = 'reserved' AND NEW.steps <> run.steps * (run.privacy ->> 'discriminatorSteps')::int THEN
    RAISE EXCEPTION 'the whole run is reserved' USING ERRCODE = 'LAB04';
  END IF;
  IF NEW.kind = 'settled' AND (run.state NOT IN ('completed', 'cancelled', 'failed') OR NEW.steps <> lab_noisy_steps(NEW.training_run_id)) THEN
    RAISE EXCEPTION 'a run is settled when it has ended, for the steps it took' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER privacy_spend_rules BEFORE INSERT ON privacy_spend FOR EACH ROW EXECUTE FUNCTION lab_check_privacy_spend();

-- What all projects' runs took of a dataset, without saying whose they are: one row for each run.
CREATE FUNCTION lab_privacy_spent(of_dataset uuid) RETURNS TABLE (noise_multiplier float8, sample_rate float8, steps int)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT DISTINCT ON (training_run_id) noise_multiplier, sample_rate, steps FROM privacy_spend
   WHERE dataset_id = of_dataset AND (lab_person() IS NOT NULL OR lab_is_system()) ORDER BY training_run_id, (kind = 'settled') DESC $$;

-- A private run does not begin unreserved, and no run changes its configuration.
CREATE FUNCTION lab_check_training_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF (NEW.config, NEW.steps, NEW.dataset_version_id) IS DISTINCT FROM (OLD.config, OLD.steps, OLD.dataset_version_id) THEN
    RAISE EXCEPTION 'what a run was asked for does not change' USING ERRCODE = 'LAB05';
  END IF;
  IF NEW.state = 'running' AND jsonb_typeof(NEW.config -> 'privacy') = 'object'
     AND NOT EXISTS (SELECT FROM privacy_spend WHERE training_run_id = NEW.id) THEN
    RAISE EXCEPTION 'a private run is reserved before it begins' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER training_run_rules BEFORE UPDATE ON training_run FOR EACH ROW EXECUTE FUNCTION lab_check_training_run();

CREATE FUNCTION lab_check_dataset() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.privacy IS DISTINCT FROM OLD.privacy THEN RAISE EXCEPTION 'a privacy budget does not change' USING ERRCODE = 'LAB05'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dataset_rules BEFORE UPDATE ON dataset FOR EACH ROW EXECUTE FUNCTION lab_check_dataset();
