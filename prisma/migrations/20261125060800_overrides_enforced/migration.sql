-- A failed privacy check can be set aside only by two people outside the team, each in his own name with a reason of his own, and never what was not
-- measured at all. The signatures stay for ever.

GRANT SELECT, INSERT ON override_signature TO scapis_app;
REVOKE UPDATE, DELETE, TRUNCATE ON override_signature FROM scapis_app;
ALTER TABLE override_signature ENABLE ROW LEVEL SECURITY;
CREATE POLICY project ON override_signature FOR SELECT TO scapis_app USING (lab_sees_project(application_id));
CREATE POLICY own ON override_signature FOR INSERT TO scapis_app WITH CHECK (person_id = lab_person() AND lab_sees_project(application_id));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON override_signature FOR EACH ROW EXECUTE FUNCTION lab_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON override_signature FOR EACH STATEMENT EXECUTE FUNCTION lab_refuse_change();
ALTER TABLE override_signature ADD CONSTRAINT override_signature_reason CHECK (char_length(btrim(reason, E' \t\r\n')) >= 40);

CREATE FUNCTION lab_check_override_signature() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE version cohort_version;
DECLARE run gate_run;
BEGIN
  -- Locked, so that of three signatures at once the third meets a version that is no longer refused.
  SELECT * INTO version FROM cohort_version WHERE id = NEW.cohort_version_id FOR UPDATE;
  SELECT * INTO run FROM gate_run WHERE id = NEW.gate_run_id AND cohort_version_id = NEW.cohort_version_id AND application_id = NEW.application_id;
  IF NOT lab_has_role('lab-admin', 'reviewer') THEN RAISE EXCEPTION 'only those who hold the role sign an override' USING ERRCODE = 'LAB03'; END IF;
  IF lab_is_member_of(version.application_id, NEW.person_id)
     OR version.author_id = NEW.person_id
     OR EXISTS (SELECT FROM training_run WHERE application_id = version.application_id AND requested_by_id = NEW.person_id)
     OR EXISTS (SELECT FROM generator_import WHERE application_id = version.application_id AND declared_by_id = NEW.person_id) THEN
    RAISE EXCEPTION 'the author and the team may not sign' USING ERRCODE = 'LAB03';
  END IF;
  IF version.state IS DISTINCT FROM 'refused' OR run.state IS DISTINCT FROM 'completed' OR run.verdict IS DISTINCT FROM 'refused' THEN
    RAISE EXCEPTION 'only a refusal is overridden' USING ERRCODE = 'LAB04';
  END IF;
  IF coalesce(cardinality(run.overridable_checks), 0) = 0 OR coalesce(cardinality(run.final_checks), 0) > 0 THEN
    RAISE EXCEPTION 'what was not measured is not overridden' USING ERRCODE = 'LAB04';
  END IF;
  IF NEW.checks IS NULL OR cardinality(NEW.checks) <> cardinality(run.overridable_checks) OR NOT NEW.checks @> run.overridable_checks THEN
    RAISE EXCEPTION 'an override names every failed check and no other' USING ERRCODE = 'LAB04';
  END IF;
  IF EXISTS (SELECT FROM override_signature WHERE cohort_version_id = NEW.cohort_version_id AND lower(btrim(reason, E' \t\r\n')) = lower(btrim(NEW.reason, E' \t\r\n'))) THEN
    RAISE EXCEPTION 'each gives a reason of his own' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER override_signature_rules BEFORE INSERT ON override_signature FOR EACH ROW EXECUTE FUNCTION lab_check_override_signature();

CREATE FUNCTION lab_is_overridden(version uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT count(DISTINCT person_id) >= 2 FROM override_signature WHERE cohort_version_id = version $$;

CREATE OR REPLACE FUNCTION lab_check_cohort_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF OLD.state = 'released' THEN
    IF NEW.state NOT IN ('released', 'withdrawn')
       OR to_jsonb(NEW) - ARRAY['state', 'withdraw_reason', 'withdrawn_at'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'withdraw_reason', 'withdrawn_at'] THEN
      RAISE EXCEPTION 'a released version does not change' USING ERRCODE = 'LAB05';
    END IF;
  ELSIF OLD.state = 'refused' THEN
    IF NEW.state <> 'overridden' OR to_jsonb(NEW) - ARRAY['state', 'usage'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'usage'] THEN
      RAISE EXCEPTION 'a refused version does not change' USING ERRCODE = 'LAB05';
    END IF;
    IF NOT lab_is_overridden(NEW.id) THEN RAISE EXCEPTION 'an override needs two signatures' USING ERRCODE = 'LAB04'; END IF;
  ELSIF OLD.state IN ('withdrawn', 'rejected') THEN
    RAISE EXCEPTION 'a % version does not change', OLD.state USING ERRCODE = 'LAB05';
  ELSIF NEW.state = 'overridden' AND OLD.state <> 'overridden' THEN
    RAISE EXCEPTION 'only a refusal is overridden' USING ERRCODE = 'LAB04';
  ELSIF NEW.state IN ('packing', 'released') THEN
    IF NOT EXISTS (SELECT FROM review WHERE cohort_version_id = NEW.id AND kind = 'release' AND outcome = 'approve' AND closed_at IS NOT NULL) THEN
      RAISE EXCEPTION 'a release needs two approving votes' USING ERRCODE = 'LAB04';
    END IF;
    IF NOT EXISTS (SELECT FROM gate_run WHERE cohort_version_id = NEW.id AND state = 'completed' AND verdict IN ('passed', 'passed-method-development-only'))
       AND NOT lab_is_overridden(NEW.id) THEN
      RAISE EXCEPTION 'a release needs a gate run that passed, or two signatures that override it' USING ERRCODE = 'LAB04';
    END IF;
    IF NEW.state = 'released' AND (NEW.bundle_sha256 IS NULL OR NEW.bundle_size IS NULL) THEN
      RAISE EXCEPTION 'a release needs its bundle' USING ERRCODE = 'LAB04';
    END IF;
  END IF;
  IF OLD.images_sha256 IS NOT NULL AND NEW.images_sha256 IS DISTINCT FROM OLD.images_sha256 THEN
    RAISE EXCEPTION 'the images of a version do not change' USING ERRCODE = 'LAB05';
  END IF;
  RETURN NEW;
END $$;

-- What a run found is the gate's to say, and it has found nothing before it has run.
CREATE OR REPLACE FUNCTION lab_check_gate_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.verdict IS NOT NULL OR coalesce(cardinality(NEW.overridable_checks), 0) > 0 OR coalesce(cardinality(NEW.final_checks), 0) > 0 THEN
      RAISE EXCEPTION 'a gate run begins without a verdict' USING ERRCODE = 'LAB04';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'completed' THEN RAISE EXCEPTION 'a finished gate run does not change' USING ERRCODE = 'LAB05'; END IF;
  IF (NEW.state = 'completed' OR (NEW.verdict, NEW.overridable_checks, NEW.final_checks) IS DISTINCT FROM (OLD.verdict, OLD.overridable_checks, OLD.final_checks))
     AND NOT lab_is_system() THEN
    RAISE EXCEPTION 'only the gate gives a verdict' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER gate_run_rules ON gate_run;
CREATE TRIGGER gate_run_rules BEFORE INSERT OR UPDATE ON gate_run FOR EACH ROW EXECUTE FUNCTION lab_check_gate_run();
