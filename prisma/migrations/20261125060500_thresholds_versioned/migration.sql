-- CreateTable
CREATE TABLE "threshold_version" (
    "id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,
    "set_by_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "values" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "threshold_version_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "threshold_version_dataset_id_number_key" ON "threshold_version"("dataset_id", "number");

-- AddForeignKey
ALTER TABLE "threshold_version" ADD CONSTRAINT "threshold_version_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "threshold_version" ADD CONSTRAINT "threshold_version_set_by_id_fkey" FOREIGN KEY ("set_by_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What each dataset had until now is its first version, and that of all that was trained on it.
INSERT INTO "threshold_version" ("id", "dataset_id", "set_by_id", "number", "values", "reason", "created_at")
  SELECT gen_random_uuid(), "id", "created_by_id", 1, "thresholds", 'Set when the dataset was created.', "created_at" FROM "dataset";
ALTER TABLE "training_run" ADD COLUMN "threshold_version_id" UUID;
ALTER TABLE "generator_import" ADD COLUMN "threshold_version_id" UUID;
ALTER TABLE "training_run" DISABLE TRIGGER USER;
ALTER TABLE "generator_import" DISABLE TRIGGER USER;
UPDATE "training_run" SET "threshold_version_id" = "threshold_version"."id" FROM "dataset_version" JOIN "threshold_version" USING ("dataset_id") WHERE "dataset_version"."id" = "dataset_version_id";
UPDATE "generator_import" SET "threshold_version_id" = "threshold_version"."id" FROM "dataset_version" JOIN "threshold_version" USING ("dataset_id") WHERE "dataset_version"."id" = "dataset_version_id";
ALTER TABLE "training_run" ENABLE TRIGGER USER;
ALTER TABLE "generator_import" ENABLE TRIGGER USER;
ALTER TABLE "training_run" ALTER COLUMN "threshold_version_id" SET NOT NULL;
ALTER TABLE "generator_import" ALTER COLUMN "threshold_version_id" SET NOT NULL;

-- AddForeignKey
ALTER TABLE "training_run" ADD CONSTRAINT "training_run_threshold_version_id_fkey" FOREIGN KEY ("threshold_version_id") REFERENCES "threshold_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generator_import" ADD CONSTRAINT "generator_import_threshold_version_id_fkey" FOREIGN KEY ("threshold_version_id") REFERENCES "threshold_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AlterTable
ALTER TABLE "dataset" DROP COLUMN "thresholds";
