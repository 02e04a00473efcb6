GRANT SELECT, INSERT, UPDATE, DELETE ON "training_sheet" TO scapis_app;
-- Sheets have not been through the gate: the service shows them to staff only. The team sees of which steps there are some.
ALTER TABLE "training_sheet" ENABLE ROW LEVEL SECURITY;
CREATE POLICY project ON "training_sheet" TO scapis_app USING (lab_sees_project(application_id)) WITH CHECK (lab_sees_project(application_id));
