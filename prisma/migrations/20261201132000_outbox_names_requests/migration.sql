-- The request that a job comes of, for the log. Empty where nobody asked for it.
ALTER TABLE "outbox" ADD COLUMN "request_id" UUID;
