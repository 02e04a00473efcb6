-- What the database enforces about ensembles: who sees one, that what was asked for stands still, and that the choice is the lab's own and made once.

GRANT SELECT, INSERT, UPDATE, DELETE ON ensemble TO scapis_app;
ALTER TABLE ensemble ENABLE ROW LEVEL SECURITY;
CREATE POLICY project ON ensemble TO scapis_app USING (lab_sees_project(application_id)) WITH CHECK (lab_sees_project(application_id));

CREATE TRIGGER first_state BEFORE INSERT ON ensemble FOR EACH ROW EXECUTE FUNCTION lab_check_first_state('training');
CREATE TRIGGER ensemble_kept BEFORE DELETE ON ensemble FOR EACH ROW EXECUTE FUNCTION lab_refuse_change();

CREATE FUNCTION lab_check_ensemble() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('completed', 'cancelled', 'failed') THEN RAISE EXCEPTION 'a % ensemble does not change', OLD.state USING ERRCODE = 'LAB05'; END IF;
  IF to_jsonb(NEW) - ARRAY['state', 'choice', 'failure', 'finished_at'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'choice', 'failure', 'finished_at'] THEN
    RAISE EXCEPTION 'what was asked for does not change' USING ERRCODE = 'LAB05';
  END IF;
  IF NEW.state = 'completed' AND (NEW.choice IS NULL OR NOT lab_is_system()) THEN RAISE EXCEPTION 'only the lab itself chooses members' USING ERRCODE = 'LAB04'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ensemble_rules BEFORE UPDATE ON ensemble FOR EACH ROW EXECUTE FUNCTION lab_check_ensemble();

-- A run belongs to an ensemble from its beginning, or never does.
CREATE FUNCTION lab_check_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.ensemble_id IS DISTINCT FROM OLD.ensemble_id THEN RAISE EXCEPTION 'a run does not change its ensemble' USING ERRCODE = 'LAB05'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER training_run_membership BEFORE UPDATE ON training_run FOR EACH ROW EXECUTE FUNCTION lab_check_membership();
