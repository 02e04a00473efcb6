-- AlterTable
ALTER TABLE "synthesis_run" ADD COLUMN     "ensemble_id" UUID;

-- AlterTable
ALTER TABLE "training_run" ADD COLUMN     "ensemble_id" UUID;

-- CreateTable
CREATE TABLE "ensemble" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "permit_id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "requested_by_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "choice" JSONB,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "ensemble_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ensemble_application_id_idx" ON "ensemble"("application_id");

-- CreateIndex
CREATE INDEX "training_run_ensemble_id_idx" ON "training_run"("ensemble_id");

-- AddForeignKey
ALTER TABLE "ensemble" ADD CONSTRAINT "ensemble_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ensemble" ADD CONSTRAINT "ensemble_permit_id_fkey" FOREIGN KEY ("permit_id") REFERENCES "permit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ensemble" ADD CONSTRAINT "ensemble_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ensemble" ADD CONSTRAINT "ensemble_requested_by_id_fkey" FOREIGN KEY ("requested_by_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_run" ADD CONSTRAINT "training_run_ensemble_id_fkey" FOREIGN KEY ("ensemble_id") REFERENCES "ensemble"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "synthesis_run" ADD CONSTRAINT "synthesis_run_ensemble_id_fkey" FOREIGN KEY ("ensemble_id") REFERENCES "ensemble"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
