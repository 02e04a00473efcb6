-- AlterTable
ALTER TABLE "training_run" ADD COLUMN     "alert" JSONB,
ADD COLUMN     "calm_sha256" TEXT,
ADD COLUMN     "calm_step" INTEGER,
ADD COLUMN     "checkpoint_step" INTEGER,
ADD COLUMN     "continued_from_id" UUID,
ADD COLUMN     "settings" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "training_sheet" (
    "training_run_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "step" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "training_sheet_pkey" PRIMARY KEY ("training_run_id","step")
);

-- AddForeignKey
ALTER TABLE "training_run" ADD CONSTRAINT "training_run_continued_from_id_fkey" FOREIGN KEY ("continued_from_id") REFERENCES "training_run"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_sheet" ADD CONSTRAINT "training_sheet_training_run_id_fkey" FOREIGN KEY ("training_run_id") REFERENCES "training_run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
