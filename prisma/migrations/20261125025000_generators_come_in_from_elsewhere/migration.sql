-- AlterTable
ALTER TABLE "generator" ADD COLUMN     "generator_import_id" UUID,
ALTER COLUMN "training_run_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "synthesis_run" ADD COLUMN     "provider" TEXT;

-- AlterTable
ALTER TABLE "training_run" ADD COLUMN     "provider" TEXT;

-- CreateTable
CREATE TABLE "generator_import" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "permit_id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "declared_by_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "framework" TEXT NOT NULL,
    "recipe" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "sha256" TEXT,
    "size" INTEGER,
    "facts" JSONB,
    "reason" TEXT,
    "reason_detail" TEXT,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "uploaded_at" TIMESTAMPTZ(3),
    "checked_at" TIMESTAMPTZ(3),

    CONSTRAINT "generator_import_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "generator_import_application_id_idx" ON "generator_import"("application_id");

-- CreateIndex
CREATE UNIQUE INDEX "generator_generator_import_id_key" ON "generator"("generator_import_id");

-- AddForeignKey
ALTER TABLE "generator_import" ADD CONSTRAINT "generator_import_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generator_import" ADD CONSTRAINT "generator_import_permit_id_fkey" FOREIGN KEY ("permit_id") REFERENCES "permit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generator_import" ADD CONSTRAINT "generator_import_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generator_import" ADD CONSTRAINT "generator_import_declared_by_id_fkey" FOREIGN KEY ("declared_by_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generator" ADD CONSTRAINT "generator_generator_import_id_fkey" FOREIGN KEY ("generator_import_id") REFERENCES "generator_import"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
