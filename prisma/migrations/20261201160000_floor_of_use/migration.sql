-- A cohort below the floor of use leaves only with a reason that somebody wrote, and the reason stays with it. Verdicts of before are what they were: nothing
-- that was judged without a floor is below it.
ALTER TABLE "cohort_version" ADD COLUMN     "no_use_reason" TEXT,
ADD COLUMN     "no_use_reason_by_id" UUID;

ALTER TABLE "cohort_version" ADD CONSTRAINT "cohort_version_no_use_reason_by_id_fkey" FOREIGN KEY ("no_use_reason_by_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE cohort_version ADD CONSTRAINT cohort_version_no_use_reason CHECK (
  (no_use_reason IS NULL) = (no_use_reason_by_id IS NULL) AND char_length(btrim(no_use_reason, E' \t\r\n')) >= 40
);

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
    IF NOT EXISTS (SELECT FROM gate_run WHERE cohort_version_id = NEW.id AND state = 'completed' AND verdict IN ('passed', 'passed-method-development-only', 'of-no-use'))
       AND NOT lab_is_overridden(NEW.id) THEN
      RAISE EXCEPTION 'a release needs a gate run that passed, or two signatures that override it' USING ERRCODE = 'LAB04';
    END IF;
    IF NEW.state = 'released' AND (NEW.bundle_sha256 IS NULL OR NEW.bundle_size IS NULL) THEN
      RAISE EXCEPTION 'a release needs its bundle' USING ERRCODE = 'LAB04';
    END IF;
  END IF;
  IF NEW.usage = 'of-no-use' AND NEW.state IN ('in-review', 'packing', 'released') AND NEW.no_use_reason IS NULL THEN
    RAISE EXCEPTION 'a cohort of no use is released with a reason' USING ERRCODE = 'LAB04';
  END IF;
  IF (NEW.no_use_reason, NEW.no_use_reason_by_id) IS DISTINCT FROM (OLD.no_use_reason, OLD.no_use_reason_by_id) THEN
    IF OLD.state IN ('in-review', 'packing') THEN RAISE EXCEPTION 'a reason that is voted on does not change' USING ERRCODE = 'LAB05'; END IF;
    IF NEW.no_use_reason_by_id IS DISTINCT FROM lab_person() THEN RAISE EXCEPTION 'each writes a reason in their own name' USING ERRCODE = 'LAB03'; END IF;
  END IF;
  IF OLD.images_sha256 IS NOT NULL AND NEW.images_sha256 IS DISTINCT FROM OLD.images_sha256 THEN
    RAISE EXCEPTION 'the images of a version do not change' USING ERRCODE = 'LAB05';
  END IF;
  RETURN NEW;
END $$;
