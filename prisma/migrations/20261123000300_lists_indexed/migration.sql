-- DropIndex
DROP INDEX "application_state_created_at_idx";

-- DropIndex
DROP INDEX "audit_event_object_id_idx";

-- DropIndex
DROP INDEX "audit_event_type_idx";

-- DropIndex
DROP INDEX "notification_person_id_created_at_idx";

-- CreateIndex
CREATE INDEX "application_state_id_idx" ON "application"("state", "id");

-- CreateIndex
CREATE INDEX "audit_event_object_id_sequence_idx" ON "audit_event"("object_id", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_type_sequence_idx" ON "audit_event"("type", "sequence");

-- CreateIndex
CREATE INDEX "notification_person_id_id_idx" ON "notification"("person_id", "id");

-- CreateIndex
CREATE INDEX "training_run_permit_id_idx" ON "training_run"("permit_id");

-- A person has one download of a version under way at a time, however many ranges he asks for in parallel. (Prisma cannot say a partial index.)
CREATE UNIQUE INDEX "download_one_open" ON "download"("person_id", "cohort_version_id", "permit_id") WHERE "completed_at" IS NULL;
