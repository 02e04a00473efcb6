-- What the database enforces about generators from elsewhere: who sees the declaration, that it stands still once the file is in, that nobody but
-- the lab's own check accepts one, and that who declared one has no vote in what is drawn from it.

GRANT SELECT, INSERT, UPDATE, DELETE ON generator_import TO scapis_app;
ALTER TABLE generator_import ENABLE ROW LEVEL SECURITY;
CREATE POLICY project ON generator_import TO scapis_app USING (lab_sees_project(application_id)) WITH CHECK (lab_sees_project(application_id));

CREATE TRIGGER first_state BEFORE INSERT ON generator_import FOR EACH ROW EXECUTE FUNCTION lab_check_first_state('declared');
CREATE TRIGGER generator_import_kept BEFORE DELETE ON generator_import FOR EACH ROW EXECUTE FUNCTION lab_refuse_change();

CREATE FUNCTION lab_check_generator_import() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('accepted', 'turned-down', 'failed') THEN RAISE EXCEPTION 'a % import does not change', OLD.state USING ERRCODE = 'LAB05'; END IF;
  IF to_jsonb(NEW) - ARRAY['state', 'sha256', 'size', 'facts', 'reason', 'reason_detail', 'failure', 'uploaded_at', 'checked_at']
     IS DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'sha256', 'size', 'facts', 'reason', 'reason_detail', 'failure', 'uploaded_at', 'checked_at'] THEN
    RAISE EXCEPTION 'what was declared does not change' USING ERRCODE = 'LAB05';
  END IF;
  IF OLD.sha256 IS NOT NULL AND NEW.sha256 IS DISTINCT FROM OLD.sha256 THEN RAISE EXCEPTION 'the file of an import does not change' USING ERRCODE = 'LAB05'; END IF;
  IF NEW.state IN ('accepted', 'turned-down') AND NOT lab_is_system() THEN RAISE EXCEPTION 'only the check accepts or turns down an import' USING ERRCODE = 'LAB04'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER generator_import_rules BEFORE UPDATE ON generator_import FOR EACH ROW EXECUTE FUNCTION lab_check_generator_import();

-- A generator comes from one place.
ALTER TABLE generator ADD CONSTRAINT generator_origin CHECK ((training_run_id IS NULL) <> (generator_import_id IS NULL));
CREATE FUNCTION lab_check_generator() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.generator_import_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM generator_import WHERE id = NEW.generator_import_id AND state = 'accepted' AND sha256 = NEW.sha256 AND application_id = NEW.application_id) THEN
    RAISE EXCEPTION 'a generator follows an accepted import' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER generator_rules BEFORE INSERT OR UPDATE ON generator FOR EACH ROW EXECUTE FUNCTION lab_check_generator();

CREATE OR REPLACE FUNCTION lab_check_vote() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE matter review;
BEGIN
  SELECT * INTO matter FROM review WHERE id = NEW.review_id FOR UPDATE;
  IF matter.closed_at IS NOT NULL THEN RAISE EXCEPTION 'the review is closed' USING ERRCODE = 'LAB02'; END IF;
  IF NOT lab_has_role(CASE matter.kind WHEN 'application' THEN 'lab-admin' ELSE 'reviewer' END) THEN
    RAISE EXCEPTION 'only those who hold the role vote' USING ERRCODE = 'LAB03';
  END IF;
  IF lab_is_member_of(matter.application_id, NEW.person_id)
     OR EXISTS (SELECT FROM cohort_version WHERE id = matter.cohort_version_id AND author_id = NEW.person_id)
     OR EXISTS (SELECT FROM training_run WHERE application_id = matter.application_id AND requested_by_id = NEW.person_id)
     OR EXISTS (SELECT FROM generator_import WHERE application_id = matter.application_id AND declared_by_id = NEW.person_id) THEN
    RAISE EXCEPTION 'the author and the team may not vote' USING ERRCODE = 'LAB03';
  END IF;
  RETURN NEW;
END $$;
