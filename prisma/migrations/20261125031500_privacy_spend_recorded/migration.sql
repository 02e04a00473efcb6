-- AlterTable
ALTER TABLE "dataset" ADD COLUMN     "privacy" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "privacy_spend" (
    "id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,
    "training_run_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "noise_multiplier" DOUBLE PRECISION NOT NULL,
    "sample_rate" DOUBLE PRECISION NOT NULL,
    "steps" INTEGER NOT NULL,
    "delta" DOUBLE PRECISION NOT NULL,
    "epsilon" DOUBLE PRECISION NOT NULL,
    "accountant" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "privacy_spend_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "privacy_spend_dataset_id_idx" ON "privacy_spend"("dataset_id");

-- CreateIndex
CREATE UNIQUE INDEX "privacy_spend_training_run_id_kind_key" ON "privacy_spend"("training_run_id", "kind");

-- AddForeignKey
ALTER TABLE "privacy_spend" ADD CONSTRAINT "privacy_spend_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "privacy_spend" ADD CONSTRAINT "privacy_spend_training_run_id_fkey" FOREIGN KEY ("training_run_id") REFERENCES "training_run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
