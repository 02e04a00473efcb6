-- What a range was asked for stands in the row from the start; what of it was delivered is written once, by the lab, when it has ended.
ALTER TABLE "download_range" ADD COLUMN     "delivered_bytes" BIGINT;

-- Receipts of before rest on what was asked for, so the ranges of before count whole.
ALTER TABLE download_range DISABLE TRIGGER append_only;
UPDATE download_range SET delivered_bytes = last_byte - first_byte + 1;
ALTER TABLE download_range ENABLE TRIGGER append_only;

DROP TRIGGER append_only ON download_range;
CREATE TRIGGER kept BEFORE DELETE ON download_range FOR EACH ROW EXECUTE FUNCTION lab_refuse_change();
CREATE FUNCTION lab_check_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.delivered_bytes IS NOT NULL THEN RAISE EXCEPTION 'nothing is delivered before it is asked for' USING ERRCODE = 'LAB04'; END IF;
    RETURN NEW;
  END IF;
  IF OLD.delivered_bytes IS NOT NULL OR to_jsonb(NEW) - 'delivered_bytes' IS DISTINCT FROM to_jsonb(OLD) - 'delivered_bytes' THEN
    RAISE EXCEPTION 'a range does not change, and ends once' USING ERRCODE = 'LAB05';
  END IF;
  IF NOT lab_is_system() OR NEW.delivered_bytes NOT BETWEEN 0 AND NEW.last_byte - NEW.first_byte + 1 THEN
    RAISE EXCEPTION 'only the lab says what it delivered, and no more than was asked for' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER delivery_rules BEFORE INSERT OR UPDATE ON download_range FOR EACH ROW EXECUTE FUNCTION lab_check_delivery();
GRANT UPDATE (delivered_bytes) ON download_range TO scapis_app;

-- A receipt says that every byte was delivered to this person.
CREATE FUNCTION lab_check_receipt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (
       SELECT FROM download JOIN cohort_version ON cohort_version.id = download.cohort_version_id
       WHERE download.id = NEW.download_id AND download.person_id = NEW.person_id AND download.application_id = NEW.application_id
         AND (SELECT range_agg(int8range(first_byte, first_byte + delivered_bytes)) FROM download_range
              WHERE download_id = download.id AND delivered_bytes IS NOT NULL) @> int8range(0, cohort_version.bundle_size)) THEN
    RAISE EXCEPTION 'a receipt needs the whole bundle delivered' USING ERRCODE = 'LAB04';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER receipt_rules BEFORE INSERT ON receipt FOR EACH ROW EXECUTE FUNCTION lab_check_receipt();
