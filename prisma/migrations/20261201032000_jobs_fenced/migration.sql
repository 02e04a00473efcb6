-- CreateTable
CREATE TABLE "job_attempt" (
    "job" TEXT NOT NULL,
    "object_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "job_attempt_pkey" PRIMARY KEY ("job","object_id")
);

-- CreateIndex
CREATE INDEX "outbox_job_payload_idx" ON "outbox"("job", "payload");

-- The worker's own: no person reads or writes it.
GRANT SELECT, INSERT, UPDATE ON job_attempt TO scapis_app;
ALTER TABLE job_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON job_attempt TO scapis_app USING (lab_is_system()) WITH CHECK (lab_is_system());
