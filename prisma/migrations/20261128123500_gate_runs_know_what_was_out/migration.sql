-- AlterTable
ALTER TABLE "gate_run" ADD COLUMN     "judged_beside_ids" UUID[] DEFAULT ARRAY[]::UUID[];

-- Who holds two cohorts of a dataset holds their union, so each leaves only if the gate has judged it together with all that left before. Runs from before
-- this rule name none: where something is out, their cohorts are judged anew.
CREATE FUNCTION lab_is_overtaken(version uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM cohort_version mine
    JOIN dataset_version mine_of ON mine_of.id = mine.dataset_version_id
    JOIN dataset_version other_of ON other_of.dataset_id = mine_of.dataset_id
    JOIN cohort_version other ON other.dataset_version_id = other_of.id AND other.id <> mine.id AND other.state IN ('packing', 'released', 'withdrawn')
    WHERE mine.id = version AND other.id <> ALL (coalesce(
      (SELECT judged_beside_ids FROM gate_run WHERE cohort_version_id = version AND state = 'completed' ORDER BY id DESC LIMIT 1), ARRAY[]::uuid[])))
$$;

CREATE FUNCTION lab_check_not_overtaken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  -- Of two cohorts that are approved at once the second waits here, and then sees the first.
  PERFORM FROM dataset JOIN dataset_version ON dataset_version.dataset_id = dataset.id WHERE dataset_version.id = NEW.dataset_version_id FOR NO KEY UPDATE OF dataset;
  IF lab_is_overtaken(NEW.id) THEN RAISE EXCEPTION 'another cohort of the dataset has left since the gate judged this one' USING ERRCODE = 'LAB04'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cohort_version_not_overtaken BEFORE UPDATE ON cohort_version FOR EACH ROW WHEN (NEW.state = 'packing' AND OLD.state <> 'packing')
  EXECUTE FUNCTION lab_check_not_overtaken();

-- A version in review goes back into the gate only when it was overtaken, or a team could leave a review that it feels is going against it.
CREATE FUNCTION lab_check_judged_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT lab_is_overtaken(NEW.id) OR lab_is_overridden(NEW.id) THEN RAISE EXCEPTION 'a verdict is not asked for twice' USING ERRCODE = 'LAB04'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cohort_version_judged_anew BEFORE UPDATE ON cohort_version FOR EACH ROW
  WHEN (NEW.state = 'gating' AND OLD.state IN ('passed', 'overridden', 'in-review')) EXECUTE FUNCTION lab_check_judged_anew();

CREATE OR REPLACE FUNCTION lab_check_gate_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.verdict IS NOT NULL OR coalesce(cardinality(NEW.overridable_checks), 0) > 0 OR coalesce(cardinality(NEW.final_checks), 0) > 0
       OR coalesce(cardinality(NEW.judged_beside_ids), 0) > 0 THEN
      RAISE EXCEPTION 'a gate run begins without a verdict' USING ERRCODE = 'LAB04';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'completed' THEN RAISE EXCEPTION 'a finished gate run does not change' USING ERRCODE = 'LAB05'; END IF;
  IF (NEW.state = 'completed'
      OR (NEW.verdict, NEW.overridable_checks, NEW.final_checks, NEW.judged_beside_ids) IS DISTINCT FROM (OLD.verdict, OLD.overridable_checks, OLD.final_checks, OLD.judged_beside_ids))
     AND NOT lab_is_system() THEN
    RAISE EXCEPTION 'only the gate gives a verdict' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
