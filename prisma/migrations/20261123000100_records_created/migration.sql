-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "roles" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "web_session" (
    "id" TEXT NOT NULL,
    "person_id" UUID,
    "data" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "idle_ends_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "web_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "application" (
    "id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "applicant_id" UUID NOT NULL,
    "ethics_document_sha256" TEXT,
    "ethics_document_name" TEXT,
    "ethics_document_size" INTEGER,
    "state" TEXT NOT NULL,
    "title" TEXT NOT NULL DEFAULT '',
    "organisation" TEXT NOT NULL DEFAULT '',
    "responsible_researcher" TEXT NOT NULL DEFAULT '',
    "purpose" TEXT NOT NULL DEFAULT '',
    "ethics_number" TEXT NOT NULL DEFAULT '',
    "ethics_valid_until" DATE,
    "access_until" DATE,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "submitted_at" TIMESTAMPTZ(3),
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "application_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "application_member" (
    "application_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "application_member_pkey" PRIMARY KEY ("application_id","person_id")
);

-- CreateTable
CREATE TABLE "application_dataset" (
    "application_id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,

    CONSTRAINT "application_dataset_pkey" PRIMARY KEY ("application_id","dataset_id")
);

-- CreateTable
CREATE TABLE "application_event" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "actor_id" UUID,
    "type" TEXT NOT NULL,
    "comment" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "application_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "terms" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "text_sv" TEXT NOT NULL,
    "text_en" TEXT NOT NULL,
    "sha256_sv" TEXT NOT NULL,
    "sha256_en" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "terms_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "permit" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "revoked_by_id" UUID,
    "title" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "revoke_reason" TEXT,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "permit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "permit_person" (
    "permit_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,

    CONSTRAINT "permit_person_pkey" PRIMARY KEY ("permit_id","person_id")
);

-- CreateTable
CREATE TABLE "permit_dataset" (
    "permit_id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,

    CONSTRAINT "permit_dataset_pkey" PRIMARY KEY ("permit_id","dataset_id")
);

-- CreateTable
CREATE TABLE "terms_signature" (
    "id" UUID NOT NULL,
    "permit_id" UUID NOT NULL,
    "terms_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "text_sha256" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "login_method" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "terms_signature_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dataset" (
    "id" UUID NOT NULL,
    "created_by_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "thresholds" JSONB NOT NULL,
    "secret" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dataset_version" (
    "id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,
    "uploaded_by_id" UUID,
    "approved_by_id" UUID,
    "number" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "data_key" BYTEA NOT NULL,
    "upload_sha256" TEXT,
    "upload_size" BIGINT,
    "view_sha256" TEXT,
    "contact_sheet_sha256" TEXT,
    "counts" JSONB,
    "deidentification" JSONB,
    "findings" JSONB,
    "progress_done" INTEGER NOT NULL DEFAULT 0,
    "progress_total" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "approved_at" TIMESTAMPTZ(3),

    CONSTRAINT "dataset_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subject" (
    "id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "pseudonym" TEXT NOT NULL,
    "split" TEXT NOT NULL,
    "calcium_grade" TEXT NOT NULL,
    "sex" TEXT NOT NULL,
    "age_band" TEXT NOT NULL,

    CONSTRAINT "subject_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "series" (
    "id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "subject_id" UUID,
    "series_uid" TEXT NOT NULL,
    "slices" INTEGER NOT NULL,
    "findings" JSONB NOT NULL,

    CONSTRAINT "series_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "file" (
    "id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "series_id" UUID,
    "ordinal" INTEGER NOT NULL,
    "verdict" TEXT NOT NULL,
    "reason" TEXT,
    "sop_instance_uid" TEXT,
    "sha256" TEXT,
    "size" INTEGER,

    CONSTRAINT "file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "training_run" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "permit_id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "requested_by_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "seed" INTEGER NOT NULL,
    "steps" INTEGER NOT NULL,
    "step" INTEGER NOT NULL DEFAULT 0,
    "images_per_second" DOUBLE PRECISION,
    "sample_sheet_sha256" TEXT,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "training_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "training_point" (
    "training_run_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "step" INTEGER NOT NULL,
    "metrics" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "training_point_pkey" PRIMARY KEY ("training_run_id","step")
);

-- CreateTable
CREATE TABLE "checkpoint" (
    "id" UUID NOT NULL,
    "training_run_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "step" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "checkpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "generator" (
    "id" UUID NOT NULL,
    "training_run_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "step" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "generator_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cohort" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "permit_id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,
    "created_by_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cohort_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cohort_version" (
    "id" UUID NOT NULL,
    "cohort_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "usage" TEXT,
    "count" INTEGER NOT NULL,
    "label_mix" TEXT NOT NULL,
    "images_sha256" TEXT,
    "data_key" BYTEA NOT NULL,
    "sample_sheet_sha256" TEXT,
    "bundle_name" TEXT,
    "bundle_sha256" TEXT,
    "bundle_size" BIGINT,
    "failure" TEXT,
    "withdraw_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "released_at" TIMESTAMPTZ(3),
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "cohort_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "synthesis_run" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "cohort_version_id" UUID NOT NULL,
    "requested_by_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "drawn" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "synthesis_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "synthesis_generator" (
    "synthesis_run_id" UUID NOT NULL,
    "generator_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,

    CONSTRAINT "synthesis_generator_pkey" PRIMARY KEY ("synthesis_run_id","generator_id")
);

-- CreateTable
CREATE TABLE "gate_run" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "cohort_version_id" UUID NOT NULL,
    "requested_by_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "stage" TEXT,
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "seed" INTEGER NOT NULL,
    "verdict" TEXT,
    "evidence_sha256" TEXT,
    "pairs_sheet_sha256" TEXT,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "gate_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "cohort_version_id" UUID,
    "kind" TEXT NOT NULL,
    "outcome" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vote" (
    "id" UUID NOT NULL,
    "review_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "decision" TEXT NOT NULL,
    "comment" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "download" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "cohort_version_id" UUID NOT NULL,
    "permit_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "bytes_served" BIGINT NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "download_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "download_range" (
    "id" UUID NOT NULL,
    "download_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "first_byte" BIGINT NOT NULL,
    "last_byte" BIGINT NOT NULL,
    "served_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "download_range_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "receipt" (
    "id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "download_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "body" JSONB NOT NULL,
    "signature" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "sequence" BIGINT NOT NULL,
    "actor_id" UUID,
    "type" TEXT NOT NULL,
    "object_kind" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "job" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "available_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "object_kind" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),
    "read_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provenance_edge" (
    "id" UUID NOT NULL,
    "application_id" UUID,
    "from_kind" TEXT NOT NULL,
    "from_id" TEXT NOT NULL,
    "relation" TEXT NOT NULL,
    "to_kind" TEXT NOT NULL,
    "to_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provenance_edge_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "person_username_key" ON "person"("username");

-- CreateIndex
CREATE INDEX "web_session_ends_at_idx" ON "web_session"("ends_at");

-- CreateIndex
CREATE INDEX "web_session_person_id_idx" ON "web_session"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "application_number_key" ON "application"("number");

-- CreateIndex
CREATE INDEX "application_state_created_at_idx" ON "application"("state", "created_at");

-- CreateIndex
CREATE INDEX "application_applicant_id_idx" ON "application"("applicant_id");

-- CreateIndex
CREATE INDEX "application_member_person_id_idx" ON "application_member"("person_id");

-- CreateIndex
CREATE INDEX "application_event_application_id_created_at_idx" ON "application_event"("application_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "terms_version_key" ON "terms"("version");

-- CreateIndex
CREATE UNIQUE INDEX "permit_application_id_key" ON "permit"("application_id");

-- CreateIndex
CREATE INDEX "permit_valid_until_idx" ON "permit"("valid_until");

-- CreateIndex
CREATE INDEX "permit_person_person_id_idx" ON "permit_person"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "terms_signature_permit_id_terms_id_person_id_key" ON "terms_signature"("permit_id", "terms_id", "person_id");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_version_dataset_id_number_key" ON "dataset_version"("dataset_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "subject_dataset_version_id_pseudonym_key" ON "subject"("dataset_version_id", "pseudonym");

-- CreateIndex
CREATE UNIQUE INDEX "series_dataset_version_id_series_uid_key" ON "series"("dataset_version_id", "series_uid");

-- CreateIndex
CREATE UNIQUE INDEX "file_dataset_version_id_ordinal_key" ON "file"("dataset_version_id", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "file_dataset_version_id_sop_instance_uid_key" ON "file"("dataset_version_id", "sop_instance_uid");

-- CreateIndex
CREATE INDEX "training_run_application_id_idx" ON "training_run"("application_id");

-- CreateIndex
CREATE INDEX "training_run_state_idx" ON "training_run"("state");

-- CreateIndex
CREATE UNIQUE INDEX "checkpoint_training_run_id_step_key" ON "checkpoint"("training_run_id", "step");

-- CreateIndex
CREATE UNIQUE INDEX "generator_training_run_id_step_key" ON "generator"("training_run_id", "step");

-- CreateIndex
CREATE INDEX "cohort_version_application_id_idx" ON "cohort_version"("application_id");

-- CreateIndex
CREATE INDEX "cohort_version_state_idx" ON "cohort_version"("state");

-- CreateIndex
CREATE UNIQUE INDEX "cohort_version_cohort_id_number_key" ON "cohort_version"("cohort_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "synthesis_run_cohort_version_id_key" ON "synthesis_run"("cohort_version_id");

-- CreateIndex
CREATE INDEX "gate_run_cohort_version_id_idx" ON "gate_run"("cohort_version_id");

-- CreateIndex
CREATE INDEX "review_application_id_idx" ON "review"("application_id");

-- CreateIndex
CREATE INDEX "review_cohort_version_id_idx" ON "review"("cohort_version_id");

-- CreateIndex
CREATE UNIQUE INDEX "vote_review_id_person_id_key" ON "vote"("review_id", "person_id");

-- CreateIndex
CREATE INDEX "download_cohort_version_id_idx" ON "download"("cohort_version_id");

-- CreateIndex
CREATE INDEX "download_person_id_idx" ON "download"("person_id");

-- CreateIndex
CREATE INDEX "download_range_download_id_idx" ON "download_range"("download_id");

-- CreateIndex
CREATE UNIQUE INDEX "receipt_number_key" ON "receipt"("number");

-- CreateIndex
CREATE UNIQUE INDEX "receipt_download_id_key" ON "receipt"("download_id");

-- CreateIndex
CREATE INDEX "audit_event_object_id_idx" ON "audit_event"("object_id");

-- CreateIndex
CREATE INDEX "audit_event_type_idx" ON "audit_event"("type");

-- CreateIndex
CREATE INDEX "audit_event_actor_id_idx" ON "audit_event"("actor_id");

-- CreateIndex
CREATE INDEX "outbox_sent_at_available_at_idx" ON "outbox"("sent_at", "available_at");

-- CreateIndex
CREATE INDEX "notification_person_id_created_at_idx" ON "notification"("person_id", "created_at");

-- CreateIndex
CREATE INDEX "provenance_edge_to_kind_to_id_idx" ON "provenance_edge"("to_kind", "to_id");

-- CreateIndex
CREATE UNIQUE INDEX "provenance_edge_from_kind_from_id_relation_to_kind_to_id_key" ON "provenance_edge"("from_kind", "from_id", "relation", "to_kind", "to_id");

-- AddForeignKey
ALTER TABLE "application" ADD CONSTRAINT "application_applicant_id_fkey" FOREIGN KEY ("applicant_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_member" ADD CONSTRAINT "application_member_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_member" ADD CONSTRAINT "application_member_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_dataset" ADD CONSTRAINT "application_dataset_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_dataset" ADD CONSTRAINT "application_dataset_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_event" ADD CONSTRAINT "application_event_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_event" ADD CONSTRAINT "application_event_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "permit" ADD CONSTRAINT "permit_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "permit_person" ADD CONSTRAINT "permit_person_permit_id_fkey" FOREIGN KEY ("permit_id") REFERENCES "permit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "permit_person" ADD CONSTRAINT "permit_person_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "permit_dataset" ADD CONSTRAINT "permit_dataset_permit_id_fkey" FOREIGN KEY ("permit_id") REFERENCES "permit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "permit_dataset" ADD CONSTRAINT "permit_dataset_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "terms_signature" ADD CONSTRAINT "terms_signature_permit_id_fkey" FOREIGN KEY ("permit_id") REFERENCES "permit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "terms_signature" ADD CONSTRAINT "terms_signature_terms_id_fkey" FOREIGN KEY ("terms_id") REFERENCES "terms"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "terms_signature" ADD CONSTRAINT "terms_signature_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset" ADD CONSTRAINT "dataset_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset_version" ADD CONSTRAINT "dataset_version_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset_version" ADD CONSTRAINT "dataset_version_uploaded_by_id_fkey" FOREIGN KEY ("uploaded_by_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset_version" ADD CONSTRAINT "dataset_version_approved_by_id_fkey" FOREIGN KEY ("approved_by_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subject" ADD CONSTRAINT "subject_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "series" ADD CONSTRAINT "series_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "series" ADD CONSTRAINT "series_subject_id_fkey" FOREIGN KEY ("subject_id") REFERENCES "subject"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "file" ADD CONSTRAINT "file_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "file" ADD CONSTRAINT "file_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "series"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_run" ADD CONSTRAINT "training_run_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_run" ADD CONSTRAINT "training_run_permit_id_fkey" FOREIGN KEY ("permit_id") REFERENCES "permit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_run" ADD CONSTRAINT "training_run_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_run" ADD CONSTRAINT "training_run_requested_by_id_fkey" FOREIGN KEY ("requested_by_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_point" ADD CONSTRAINT "training_point_training_run_id_fkey" FOREIGN KEY ("training_run_id") REFERENCES "training_run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "checkpoint" ADD CONSTRAINT "checkpoint_training_run_id_fkey" FOREIGN KEY ("training_run_id") REFERENCES "training_run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generator" ADD CONSTRAINT "generator_training_run_id_fkey" FOREIGN KEY ("training_run_id") REFERENCES "training_run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort" ADD CONSTRAINT "cohort_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort" ADD CONSTRAINT "cohort_permit_id_fkey" FOREIGN KEY ("permit_id") REFERENCES "permit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort" ADD CONSTRAINT "cohort_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort" ADD CONSTRAINT "cohort_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort_version" ADD CONSTRAINT "cohort_version_cohort_id_fkey" FOREIGN KEY ("cohort_id") REFERENCES "cohort"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort_version" ADD CONSTRAINT "cohort_version_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort_version" ADD CONSTRAINT "cohort_version_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort_version" ADD CONSTRAINT "cohort_version_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "synthesis_run" ADD CONSTRAINT "synthesis_run_cohort_version_id_fkey" FOREIGN KEY ("cohort_version_id") REFERENCES "cohort_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "synthesis_generator" ADD CONSTRAINT "synthesis_generator_synthesis_run_id_fkey" FOREIGN KEY ("synthesis_run_id") REFERENCES "synthesis_run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "synthesis_generator" ADD CONSTRAINT "synthesis_generator_generator_id_fkey" FOREIGN KEY ("generator_id") REFERENCES "generator"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gate_run" ADD CONSTRAINT "gate_run_cohort_version_id_fkey" FOREIGN KEY ("cohort_version_id") REFERENCES "cohort_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review" ADD CONSTRAINT "review_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review" ADD CONSTRAINT "review_cohort_version_id_fkey" FOREIGN KEY ("cohort_version_id") REFERENCES "cohort_version"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vote" ADD CONSTRAINT "vote_review_id_fkey" FOREIGN KEY ("review_id") REFERENCES "review"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vote" ADD CONSTRAINT "vote_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "download" ADD CONSTRAINT "download_cohort_version_id_fkey" FOREIGN KEY ("cohort_version_id") REFERENCES "cohort_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "download" ADD CONSTRAINT "download_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "download_range" ADD CONSTRAINT "download_range_download_id_fkey" FOREIGN KEY ("download_id") REFERENCES "download"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_download_id_fkey" FOREIGN KEY ("download_id") REFERENCES "download"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification" ADD CONSTRAINT "notification_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
