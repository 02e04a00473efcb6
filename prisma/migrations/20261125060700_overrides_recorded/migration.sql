-- AlterTable
ALTER TABLE "gate_run" ADD COLUMN     "final_checks" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "overridable_checks" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "override_signature" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "cohort_version_id" UUID NOT NULL,
    "gate_run_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "checks" TEXT[],
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "override_signature_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "override_signature_cohort_version_id_person_id_key" ON "override_signature"("cohort_version_id", "person_id");

-- AddForeignKey
ALTER TABLE "override_signature" ADD CONSTRAINT "override_signature_cohort_version_id_fkey" FOREIGN KEY ("cohort_version_id") REFERENCES "cohort_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "override_signature" ADD CONSTRAINT "override_signature_gate_run_id_fkey" FOREIGN KEY ("gate_run_id") REFERENCES "gate_run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "override_signature" ADD CONSTRAINT "override_signature_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
