-- UIDs are not unique in the wild: one series UID comes from several people, one instance UID on
-- several images.
DROP INDEX "series_dataset_version_id_series_uid_key";
CREATE UNIQUE INDEX "series_dataset_version_id_subject_id_series_uid_key" ON "series"("dataset_version_id", "subject_id", "series_uid");
DROP INDEX "file_dataset_version_id_sop_instance_uid_key";
