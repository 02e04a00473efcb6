-- What the database itself enforces, so that a fault in the gateway, or plain SQL as the application's user, cannot break it:
-- who sees which row (row-level security), the append-only hash-chained audit log, votes (once, blinded, never on one's own or a
-- team-mate's matter), two people for each approval, and the immutability of what was approved or released.
-- `scapis_app` is the gateway's and worker's user: not the owner, no BYPASSRLS. Each transaction names its actor in app.person_id and app.roles.

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'scapis_app') THEN CREATE ROLE scapis_app NOLOGIN; END IF;
END $$;
GRANT USAGE ON SCHEMA public TO scapis_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO scapis_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO scapis_app;
DO $$ BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN REVOKE ALL ON public._prisma_migrations FROM scapis_app; END IF;
END $$;

-- Who asks

CREATE FUNCTION lab_person() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('app.person_id', true), '')::uuid $$;

CREATE FUNCTION lab_has_role(VARIADIC wanted text[]) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT lab_person() IS NOT NULL AND string_to_array(coalesce(current_setting('app.roles', true), ''), ',') && wanted $$;

-- The worker and the few marked calls of the gateway (unsafeAsSystem) act for no person; app.system holds the name of the step.
CREATE FUNCTION lab_is_system() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('app.system', true), '') <> '' $$;

CREATE FUNCTION lab_is_staff() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT lab_is_system() OR lab_has_role('lab-admin', 'reviewer', 'auditor', 'operator') $$;

-- SECURITY DEFINER: the policies below ask these, and must not run into themselves.
CREATE FUNCTION lab_is_member_of(project uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT EXISTS (SELECT FROM application WHERE id = project AND applicant_id = who)
       OR EXISTS (SELECT FROM application_member WHERE application_id = project AND person_id = who)
       OR EXISTS (SELECT FROM permit JOIN permit_person ON permit_id = permit.id WHERE permit.application_id = project AND person_id = who) $$;

CREATE FUNCTION lab_sees_project(project uuid) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT lab_is_staff() OR lab_is_member_of(project, lab_person()) $$;

CREATE FUNCTION lab_shares_project(other uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT EXISTS (SELECT FROM application_member mine JOIN application_member theirs USING (application_id)
                  WHERE mine.person_id = lab_person() AND theirs.person_id = other) $$;

-- Row-level security: deny unless a policy says yes

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['person', 'application', 'application_member', 'application_dataset', 'application_event', 'terms', 'permit', 'permit_person',
    'permit_dataset', 'terms_signature', 'dataset', 'dataset_version', 'subject', 'series', 'file', 'training_run', 'training_point', 'checkpoint', 'generator',
    'cohort', 'cohort_version', 'synthesis_run', 'synthesis_generator', 'gate_run', 'review', 'vote', 'download', 'download_range', 'receipt', 'audit_event', 'outbox',
    'notification', 'provenance_edge'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
  END LOOP;

  -- Tables that carry their project: its members and the lab's staff.
  FOREACH name IN ARRAY ARRAY['application_member', 'application_dataset', 'application_event', 'training_run', 'training_point', 'generator',
    'cohort', 'cohort_version', 'synthesis_run', 'gate_run', 'review', 'download_range'] LOOP
    EXECUTE format('CREATE POLICY project ON %I TO scapis_app USING (lab_sees_project(application_id)) WITH CHECK (lab_sees_project(application_id))', name);
  END LOOP;

  -- Real images and what can be traced to a person: lab staff only.
  FOREACH name IN ARRAY ARRAY['subject', 'series', 'file'] LOOP
    EXECUTE format('CREATE POLICY inside ON %I TO scapis_app USING (lab_is_system() OR lab_has_role(''lab-admin'', ''reviewer'', ''auditor''))', name);
  END LOOP;

  -- The catalogue: every signed-in person reads, lab admins write.
  FOREACH name IN ARRAY ARRAY['dataset', 'dataset_version', 'terms'] LOOP
    EXECUTE format('CREATE POLICY readers ON %I FOR SELECT TO scapis_app USING (lab_is_system() OR lab_person() IS NOT NULL)', name);
    EXECUTE format('CREATE POLICY writers ON %I TO scapis_app USING (lab_is_system() OR lab_has_role(''lab-admin''))', name);
  END LOOP;
END $$;

CREATE POLICY known ON person TO scapis_app
  USING (lab_is_staff() OR id = lab_person() OR lab_shares_project(id)) WITH CHECK (lab_is_system() OR id = lab_person());
-- A draft belongs to its team alone.
CREATE POLICY project ON application TO scapis_app
  USING (lab_is_system() OR applicant_id = lab_person() OR lab_is_member_of(id, lab_person()) OR (lab_is_staff() AND state <> 'draft'))
  WITH CHECK (lab_is_system() OR lab_is_staff() OR applicant_id = lab_person() OR lab_is_member_of(id, lab_person()));
-- The team reads its permit; only lab admins grant, change or revoke one.
CREATE POLICY readers ON permit FOR SELECT TO scapis_app USING (lab_sees_project(application_id));
CREATE POLICY writers ON permit TO scapis_app USING (lab_is_system() OR lab_has_role('lab-admin'));
CREATE POLICY readers ON permit_person FOR SELECT TO scapis_app USING (EXISTS (SELECT FROM permit WHERE id = permit_id));
CREATE POLICY writers ON permit_person TO scapis_app USING (lab_is_system() OR lab_has_role('lab-admin'));
CREATE POLICY readers ON permit_dataset FOR SELECT TO scapis_app USING (EXISTS (SELECT FROM permit WHERE id = permit_id));
CREATE POLICY writers ON permit_dataset TO scapis_app USING (lab_is_system() OR lab_has_role('lab-admin'));
-- Downloads and receipts are the person's own doing; his project and the staff read them.
CREATE POLICY readers ON download FOR SELECT TO scapis_app USING (lab_sees_project(application_id));
CREATE POLICY own ON download TO scapis_app USING (lab_is_system() OR person_id = lab_person() AND lab_sees_project(application_id));
CREATE POLICY readers ON receipt FOR SELECT TO scapis_app USING (lab_sees_project(application_id));
CREATE POLICY own ON receipt FOR INSERT TO scapis_app WITH CHECK (lab_is_system() OR person_id = lab_person() AND lab_sees_project(application_id));
CREATE POLICY project ON terms_signature TO scapis_app
  USING (EXISTS (SELECT FROM permit WHERE id = permit_id)) WITH CHECK (person_id = lab_person() OR lab_is_system());
CREATE POLICY project ON synthesis_generator TO scapis_app
  USING (EXISTS (SELECT FROM synthesis_run WHERE id = synthesis_run_id));
-- Checkpoints hold the discriminator: only the worker reads them.
CREATE POLICY inside ON checkpoint TO scapis_app USING (lab_is_system());
-- Blinded: until the review is closed a voter sees his own vote only.
CREATE POLICY blinded ON vote FOR SELECT TO scapis_app
  USING (lab_is_system() OR person_id = lab_person() OR EXISTS (SELECT FROM review WHERE id = review_id AND closed_at IS NOT NULL));
CREATE POLICY own ON vote FOR INSERT TO scapis_app WITH CHECK (person_id = lab_person());
CREATE POLICY readers ON audit_event FOR SELECT TO scapis_app USING (lab_is_system() OR actor_id = lab_person() OR lab_has_role('auditor', 'lab-admin'));
CREATE POLICY writers ON audit_event FOR INSERT TO scapis_app WITH CHECK (lab_is_system() OR actor_id = lab_person());
CREATE POLICY relay ON outbox TO scapis_app USING (lab_is_system()) WITH CHECK (lab_is_system() OR lab_person() IS NOT NULL);
CREATE POLICY own ON notification TO scapis_app
  USING (lab_is_system() OR person_id = lab_person()) WITH CHECK (lab_is_system() OR lab_person() IS NOT NULL);
CREATE POLICY project ON provenance_edge TO scapis_app
  USING (application_id IS NULL AND (lab_is_system() OR lab_person() IS NOT NULL) OR lab_sees_project(application_id));

-- Inviting by exact address, without a list of people to leaf through.
CREATE FUNCTION lab_find_person(address text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT id FROM person WHERE lower(email) = lower(address) AND lab_person() IS NOT NULL $$;

-- Names beside ids that the caller has read already (who decided, who drew it): never an address, and no way to search by name.
CREATE FUNCTION lab_names_of(people uuid[]) RETURNS TABLE (id uuid, name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT person.id, person.name FROM person WHERE person.id = ANY (people) AND (lab_person() IS NOT NULL OR lab_is_system()) $$;

-- Whom to tell: ids only.
CREATE FUNCTION lab_people_with_role(wanted text) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT id FROM person WHERE wanted = ANY (roles) AND (lab_person() IS NOT NULL OR lab_is_system()) $$;

-- Append-only tables

CREATE FUNCTION lab_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'LAB01'; END $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['audit_event', 'vote', 'terms', 'terms_signature', 'receipt', 'application_event', 'download_range', 'provenance_edge'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION lab_refuse_change()', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION lab_refuse_change()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM scapis_app', name);
  END LOOP;
END $$;

-- Audit: each row carries sha256 over the hash before it and its own fields. The lock orders writers until they commit, so the chain has no forks.

CREATE FUNCTION lab_audit_hash(event audit_event) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT encode(sha256(convert_to(concat_ws('|', event.previous_hash, event.sequence,
     to_char(event.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), coalesce(event.actor_id::text, ''), event.type, event.object_kind, event.object_id, event.detail::text), 'UTF8')), 'hex') $$;

CREATE FUNCTION lab_audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE last audit_event;
BEGIN
  PERFORM pg_advisory_xact_lock(7241001);
  SELECT * INTO last FROM audit_event ORDER BY sequence DESC LIMIT 1;
  NEW.sequence := coalesce(last.sequence, 0) + 1;
  NEW.previous_hash := coalesce(last.hash, repeat('0', 64));
  NEW.created_at := date_trunc('milliseconds', clock_timestamp());
  NEW.hash := lab_audit_hash(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER audit_event_chain BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION lab_audit_chain();

-- First sequence whose row does not fit the chain; null when all fit.
CREATE FUNCTION lab_verify_audit() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT min(sequence) FROM (
    SELECT e.sequence,
           e.hash = lab_audit_hash(e)
             AND e.previous_hash = lag(e.hash, 1, repeat('0', 64)) OVER chain
             AND e.sequence = lag(e.sequence, 1, 0::bigint) OVER chain + 1 AS fits
    FROM audit_event e WINDOW chain AS (ORDER BY e.sequence)) checked
  WHERE NOT fits $$;

-- Votes: once (unique index), in an open review, by a person with no interest in the matter.

CREATE UNIQUE INDEX review_one_open_application ON review (application_id) WHERE kind = 'application' AND closed_at IS NULL;
CREATE UNIQUE INDEX review_one_open_release ON review (cohort_version_id) WHERE kind = 'release' AND closed_at IS NULL;
ALTER TABLE review ADD CONSTRAINT review_kind CHECK ((kind = 'application' AND cohort_version_id IS NULL) OR (kind = 'release' AND cohort_version_id IS NOT NULL));
ALTER TABLE vote ADD CONSTRAINT vote_decision CHECK (decision IN ('approve', 'reject'));

CREATE FUNCTION lab_check_vote() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE matter review;
BEGIN
  SELECT * INTO matter FROM review WHERE id = NEW.review_id FOR UPDATE;
  IF matter.closed_at IS NOT NULL THEN RAISE EXCEPTION 'the review is closed' USING ERRCODE = 'LAB02'; END IF;
  IF NOT lab_has_role(CASE matter.kind WHEN 'application' THEN 'lab-admin' ELSE 'reviewer' END) THEN
    RAISE EXCEPTION 'only those who hold the role vote' USING ERRCODE = 'LAB03';
  END IF;
  IF lab_is_member_of(matter.application_id, NEW.person_id)
     OR EXISTS (SELECT FROM cohort_version WHERE id = matter.cohort_version_id AND author_id = NEW.person_id)
     OR EXISTS (SELECT FROM training_run WHERE application_id = matter.application_id AND requested_by_id = NEW.person_id) THEN
    RAISE EXCEPTION 'the author and the team may not vote' USING ERRCODE = 'LAB03';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vote_rules BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION lab_check_vote();

CREATE FUNCTION lab_votes_cast(of_review uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT count(*)::int FROM vote WHERE review_id = of_review $$;

-- The decision that `needed` people agree on, or null while there is none: tells nothing else of the votes.
CREATE FUNCTION lab_review_outcome(of_review uuid, needed int) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT decision FROM vote WHERE review_id = of_review GROUP BY decision HAVING count(DISTINCT person_id) >= needed ORDER BY count(*) DESC LIMIT 1 $$;

CREATE FUNCTION lab_check_review_close() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL THEN RAISE EXCEPTION 'a closed review does not change' USING ERRCODE = 'LAB02'; END IF;
  IF NEW.outcome IS NOT NULL AND NEW.outcome IS DISTINCT FROM lab_review_outcome(NEW.id, 2) THEN
    RAISE EXCEPTION 'two people must have voted alike' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER review_close BEFORE UPDATE ON review FOR EACH ROW EXECUTE FUNCTION lab_check_review_close();

-- Nothing is born decided: each row begins in its first state, so that the rules on its later steps cannot be gone round by an INSERT.

CREATE FUNCTION lab_check_first_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) ->> 'state' <> TG_ARGV[0] THEN RAISE EXCEPTION '% begins as %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'LAB04'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER first_state BEFORE INSERT ON application FOR EACH ROW EXECUTE FUNCTION lab_check_first_state('draft');
CREATE TRIGGER first_state BEFORE INSERT ON dataset_version FOR EACH ROW EXECUTE FUNCTION lab_check_first_state('empty');
CREATE TRIGGER first_state BEFORE INSERT ON cohort_version FOR EACH ROW EXECUTE FUNCTION lab_check_first_state('synthesising');
CREATE TRIGGER first_state BEFORE INSERT ON gate_run FOR EACH ROW EXECUTE FUNCTION lab_check_first_state('queued');

CREATE FUNCTION lab_check_review_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.closed_at IS NOT NULL OR NEW.outcome IS NOT NULL THEN RAISE EXCEPTION 'a review begins open' USING ERRCODE = 'LAB04'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER review_open BEFORE INSERT ON review FOR EACH ROW EXECUTE FUNCTION lab_check_review_open();

-- Approvals need their two votes; the gate's refusal cannot be voted away.

CREATE FUNCTION lab_check_application() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF OLD.state IN ('approved', 'rejected', 'withdrawn') THEN RAISE EXCEPTION 'a decided application does not change' USING ERRCODE = 'LAB05'; END IF;
  IF OLD.state = 'submitted'
     AND to_jsonb(NEW) - ARRAY['state', 'submitted_at', 'decided_at'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'submitted_at', 'decided_at'] THEN
    RAISE EXCEPTION 'what is being decided does not change' USING ERRCODE = 'LAB05';
  END IF;
  IF NEW.state IN ('approved', 'rejected') AND NOT EXISTS (
       SELECT FROM review WHERE application_id = NEW.id AND kind = 'application' AND closed_at IS NOT NULL
         AND outcome = CASE NEW.state WHEN 'approved' THEN 'approve' ELSE 'reject' END) THEN
    RAISE EXCEPTION 'an application is decided by a closed review' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER application_rules BEFORE UPDATE ON application FOR EACH ROW EXECUTE FUNCTION lab_check_application();

-- Team and datasets stand still with the form they belong to.
CREATE FUNCTION lab_check_application_part() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM application WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.application_id ELSE NEW.application_id END AND state IN ('draft', 'returned')) THEN
    RAISE EXCEPTION 'what is being decided, or is decided, does not change' USING ERRCODE = 'LAB05';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER application_part_rules BEFORE INSERT OR UPDATE OR DELETE ON application_member FOR EACH ROW EXECUTE FUNCTION lab_check_application_part();
CREATE TRIGGER application_part_rules BEFORE INSERT OR UPDATE OR DELETE ON application_dataset FOR EACH ROW EXECUTE FUNCTION lab_check_application_part();

CREATE FUNCTION lab_check_permit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (SELECT FROM application WHERE id = NEW.application_id AND state = 'approved') THEN
      RAISE EXCEPTION 'a permit follows an approved application' USING ERRCODE = 'LAB04';
    END IF;
  ELSIF OLD.revoked_at IS NOT NULL OR (NEW.application_id, NEW.valid_from) IS DISTINCT FROM (OLD.application_id, OLD.valid_from) THEN
    RAISE EXCEPTION 'a revoked permit does not change, nor does what a permit was granted for' USING ERRCODE = 'LAB05';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER permit_rules BEFORE INSERT OR UPDATE ON permit FOR EACH ROW EXECUTE FUNCTION lab_check_permit();
CREATE TRIGGER permit_kept BEFORE DELETE ON permit FOR EACH ROW EXECUTE FUNCTION lab_refuse_change();

CREATE FUNCTION lab_check_cohort_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF OLD.state = 'released' THEN
    IF NEW.state NOT IN ('released', 'withdrawn')
       OR to_jsonb(NEW) - ARRAY['state', 'withdraw_reason', 'withdrawn_at'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'withdraw_reason', 'withdrawn_at'] THEN
      RAISE EXCEPTION 'a released version does not change' USING ERRCODE = 'LAB05';
    END IF;
  ELSIF OLD.state IN ('withdrawn', 'rejected', 'refused') THEN
    RAISE EXCEPTION 'a % version does not change', OLD.state USING ERRCODE = 'LAB05';
  ELSIF NEW.state IN ('packing', 'released') THEN
    IF NOT EXISTS (SELECT FROM review WHERE cohort_version_id = NEW.id AND kind = 'release' AND outcome = 'approve' AND closed_at IS NOT NULL) THEN
      RAISE EXCEPTION 'a release needs two approving votes' USING ERRCODE = 'LAB04';
    END IF;
    IF NOT EXISTS (SELECT FROM gate_run WHERE cohort_version_id = NEW.id AND state = 'completed' AND verdict IN ('passed', 'passed-method-development-only')) THEN
      RAISE EXCEPTION 'a release needs a gate run that passed' USING ERRCODE = 'LAB04';
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
CREATE TRIGGER cohort_version_rules BEFORE UPDATE ON cohort_version FOR EACH ROW EXECUTE FUNCTION lab_check_cohort_version();
CREATE TRIGGER cohort_version_kept BEFORE DELETE ON cohort_version FOR EACH ROW EXECUTE FUNCTION lab_refuse_change();

CREATE FUNCTION lab_check_gate_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'completed' THEN RAISE EXCEPTION 'a finished gate run does not change' USING ERRCODE = 'LAB05'; END IF;
  IF NEW.verdict IS DISTINCT FROM OLD.verdict AND NOT lab_is_system() THEN RAISE EXCEPTION 'only the gate gives a verdict' USING ERRCODE = 'LAB04'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER gate_run_rules BEFORE UPDATE ON gate_run FOR EACH ROW EXECUTE FUNCTION lab_check_gate_run();
CREATE TRIGGER gate_run_kept BEFORE DELETE ON gate_run FOR EACH ROW EXECUTE FUNCTION lab_refuse_change();

-- Real images: another person approves than took them in; an approved version and all that hangs on it stands still; nobody changes split.

ALTER TABLE dataset_version ADD CONSTRAINT dataset_version_two_people CHECK (approved_by_id IS NULL OR approved_by_id <> uploaded_by_id);

CREATE FUNCTION lab_check_dataset_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('approved', 'rejected', 'failed') THEN RAISE EXCEPTION 'a % dataset version does not change', OLD.state USING ERRCODE = 'LAB05'; END IF;
  IF NEW.state = 'approved' AND (NEW.approved_by_id IS NULL OR NEW.uploaded_by_id IS NULL OR NEW.view_sha256 IS NULL) THEN
    RAISE EXCEPTION 'an approval names who took the data in and who approved it' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dataset_version_rules BEFORE UPDATE ON dataset_version FOR EACH ROW EXECUTE FUNCTION lab_check_dataset_version();

CREATE FUNCTION lab_check_dataset_part() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE parent_state text;
BEGIN
  SELECT state INTO parent_state FROM dataset_version WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.dataset_version_id ELSE OLD.dataset_version_id END;
  IF parent_state IN ('approved', 'rejected', 'failed') THEN RAISE EXCEPTION 'a % dataset version does not change', parent_state USING ERRCODE = 'LAB05'; END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER dataset_part_rules BEFORE INSERT OR UPDATE OR DELETE ON subject FOR EACH ROW EXECUTE FUNCTION lab_check_dataset_part();
CREATE TRIGGER dataset_part_rules BEFORE INSERT OR UPDATE OR DELETE ON series FOR EACH ROW EXECUTE FUNCTION lab_check_dataset_part();
CREATE TRIGGER dataset_part_rules BEFORE INSERT OR UPDATE OR DELETE ON file FOR EACH ROW EXECUTE FUNCTION lab_check_dataset_part();

CREATE FUNCTION lab_check_split() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.split IS DISTINCT FROM OLD.split OR NEW.pseudonym IS DISTINCT FROM OLD.pseudonym THEN
    RAISE EXCEPTION 'a person stays in the split that the hash gave' USING ERRCODE = 'LAB05';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER subject_split_fixed BEFORE UPDATE ON subject FOR EACH ROW EXECUTE FUNCTION lab_check_split();
ALTER TABLE subject ADD CONSTRAINT subject_split CHECK (split IN ('T', 'H', 'R'));
