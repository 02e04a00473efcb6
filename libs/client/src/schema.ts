// Generated from libs/contracts by `npm run generate`. Do not edit.
export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process is up
         * @description Open to everyone.
         */
        get: operations["health.live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Database and identity answer, and the clock is right
         * @description Open to everyone.
         */
        get: operations["health.ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Begin sign-in (authorization code, PKCE)
         * @description Open to everyone.
         */
        get: operations["session.login"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * End of sign-in
         * @description Open to everyone.
         */
        get: operations["session.callback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session here and at the identity provider
         * @description For any signed-in person.
         */
        post: operations["session.logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who I am
         * @description For any signed-in person.
         */
        get: operations["session.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What waits for me
         * @description For any signed-in person.
         */
        get: operations["home.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My messages
         * @description For any signed-in person.
         */
        get: operations["notifications.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark a message read
         * @description For any signed-in person.
         */
        post: operations["notifications.read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Applications I may see
         * @description Asks the decision `application:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["applications.list"];
        put?: never;
        /**
         * Begin an application
         * @description Asks the decision `application:create`. Its door opens to: applicant; the decision's other conditions then decide.
         */
        post: operations["applications.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One application
         * @description Asks the decision `application:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["applications.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Save a draft; validation never blocks saving
         * @description Asks the decision `application:edit`. Its door opens to: applicant; the decision's other conditions then decide.
         */
        patch: operations["applications.edit"];
        trace?: never;
    };
    "/api/applications/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a team member by e-mail address
         * @description Asks the decision `application:edit`. Its door opens to: applicant; the decision's other conditions then decide.
         */
        post: operations["applications.addMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{id}/members/{personId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a team member
         * @description Asks the decision `application:edit`. Its door opens to: applicant; the decision's other conditions then decide.
         */
        delete: operations["applications.removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{id}/ethics-document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The ethics decision
         * @description Asks the decision `application:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["applications.getEthicsDocument"];
        /**
         * Attach the ethics decision (PDF)
         * @description Asks the decision `application:edit`. Its door opens to: applicant; the decision's other conditions then decide.
         */
        put: operations["applications.putEthicsDocument"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send it in
         * @description Asks the decision `application:submit`. Its door opens to: applicant; the decision's other conditions then decide.
         */
        post: operations["applications.submit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take it back for good
         * @description Asks the decision `application:withdraw`. Its door opens to: applicant; the decision's other conditions then decide.
         */
        post: operations["applications.withdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{id}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Return it with a comment
         * @description Asks the decision `application:return`. Its door opens to: lab-admin; the decision's other conditions then decide.
         */
        post: operations["applications.return"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{id}/votes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Vote; two alike decide
         * @description Asks the decision `application:vote`. Its door opens to: lab-admin; the decision's other conditions then decide.
         */
        post: operations["applications.vote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/permits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Permits I may see
         * @description Asks the decision `permit:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["permits.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/permits/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One permit
         * @description Asks the decision `permit:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["permits.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/permits/{id}/signatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign the terms in force
         * @description Asks the decision `permit:sign`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        post: operations["permits.sign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/permits/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all access under it at once
         * @description Asks the decision `permit:revoke`. Its door opens to: lab-admin; the decision's other conditions then decide.
         */
        post: operations["permits.revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The catalogue
         * @description Asks the decision `dataset:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["datasets.list"];
        put?: never;
        /**
         * Name a dataset and set its thresholds
         * @description Asks the decision `dataset:create`. Its door opens to: lab-admin; the decision's other conditions then decide.
         */
        post: operations["datasets.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One dataset
         * @description Asks the decision `dataset:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["datasets.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{id}/threshold-versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set the limits of the release gate for training asked for from now on; what was asked for before keeps its own
         * @description Asks the decision `thresholds:set`. Its door opens to: lab-admin; the decision's other conditions then decide.
         */
        post: operations["datasets.setThresholds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a version to upload into
         * @description Asks the decision `dataset:ingest`. Its door opens to: lab-admin; the decision's other conditions then decide.
         */
        post: operations["datasetVersions.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dataset-versions/{id}/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Upload a zip of DICOM files and labels.csv into quarantine; ingest follows
         * @description Asks the decision `dataset:ingest`. Its door opens to: lab-admin; the decision's other conditions then decide.
         */
        put: operations["datasetVersions.upload"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dataset-versions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One version
         * @description Asks the decision `dataset:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["datasetVersions.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dataset-versions/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The verdict on each file
         * @description Asks the decision `dataset:inspect`. Its door opens to: lab-admin, reviewer; the decision's other conditions then decide.
         */
        get: operations["datasetVersions.files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dataset-versions/{id}/contact-sheet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Contact sheet of the de-identified images
         * @description Asks the decision `dataset:inspect`. Its door opens to: lab-admin, reviewer; the decision's other conditions then decide.
         */
        get: operations["datasetVersions.contactSheet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dataset-versions/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve what another person took in
         * @description Asks the decision `dataset:approve`. Its door opens to: lab-admin; the decision's other conditions then decide.
         */
        post: operations["datasetVersions.approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dataset-versions/{id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse it
         * @description Asks the decision `dataset:approve`. Its door opens to: lab-admin; the decision's other conditions then decide.
         */
        post: operations["datasetVersions.reject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Training runs I may see
         * @description Asks the decision `training:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["trainingRuns.list"];
        put?: never;
        /**
         * Ask for a training run
         * @description Asks the decision `training:create`. Its door opens to: applicant, pilot; the decision's other conditions then decide.
         */
        post: operations["trainingRuns.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training-runs/estimate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a run would cost, before it is asked for; nothing is begun
         * @description Asks the decision `training:create`. Its door opens to: applicant, pilot; the decision's other conditions then decide.
         */
        post: operations["trainingRuns.estimate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training-runs/privacy-cost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a private run would cost of the dataset’s privacy budget; nothing is asked for
         * @description Asks the decision `training:create`. Its door opens to: applicant, pilot; the decision's other conditions then decide.
         */
        post: operations["trainingRuns.privacyCost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training-runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One training run
         * @description Asks the decision `training:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["trainingRuns.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training-runs/{id}/points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Its losses over time
         * @description Asks the decision `training:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["trainingRuns.points"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training-runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live: losses and state as they come
         * @description Asks the decision `training:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["trainingRuns.events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training-runs/{id}/sample-sheet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the generator draws, now or at an earlier step (lab staff only: not yet gated)
         * @description Asks the decision `sheet:view`. Its door opens to: lab-admin, reviewer; the decision's other conditions then decide.
         */
        get: operations["trainingRuns.sampleSheet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ensembles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ensembles I may see
         * @description Asks the decision `training:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["ensembles.list"];
        put?: never;
        /**
         * Ask for several networks of one recipe, of whose generators those are chosen that together cover the reference people best
         * @description Asks the decision `training:create`. Its door opens to: applicant, pilot; the decision's other conditions then decide.
         */
        post: operations["ensembles.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ensembles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One ensemble: its runs, and what was chosen
         * @description Asks the decision `training:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["ensembles.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ensembles/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop all its runs
         * @description Asks the decision `training:cancel`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        post: operations["ensembles.cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training-runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop it after the present slice
         * @description Asks the decision `training:cancel`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        post: operations["trainingRuns.cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/generator-imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Generators from elsewhere that I may see
         * @description Asks the decision `generator:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["generatorImports.list"];
        put?: never;
        /**
         * Declare a generator that was trained elsewhere inside the lab
         * @description Asks the decision `generator:import`. Its door opens to: applicant, pilot; the decision's other conditions then decide.
         */
        post: operations["generatorImports.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/generator-imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One generator from elsewhere
         * @description Asks the decision `generator:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["generatorImports.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/generator-imports/{id}/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Upload its ONNX file into quarantine; the check follows
         * @description Asks the decision `generator:import`. Its door opens to: applicant, pilot; the decision's other conditions then decide.
         */
        put: operations["generatorImports.upload"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Synthetic cohorts I may see
         * @description Asks the decision `cohort:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["cohorts.list"];
        put?: never;
        /**
         * Draw a cohort from one or more generators
         * @description Asks the decision `cohort:create`. Its door opens to: applicant, pilot; the decision's other conditions then decide.
         */
        post: operations["cohorts.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One cohort version, with gate and review
         * @description Asks the decision `cohort:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["cohorts.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/sample-sheet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sheet of its images (before release: lab staff only)
         * @description Asks the decision `cohort:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["cohorts.sampleSheet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/closest-pairs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Closest real and synthetic pairs (reviewers only; the view is recorded)
         * @description Asks the decision `pairs:view`. Its door opens to: reviewer; the decision's other conditions then decide.
         */
        get: operations["cohorts.closestPairs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/gate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the release gate
         * @description Asks the decision `gate:run`. Its door opens to: applicant, pilot; the decision's other conditions then decide.
         */
        post: operations["cohorts.runGate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The evidence file
         * @description Asks the decision `gate:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["cohorts.evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/evidence.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The evidence as a PDF to attach to a decision
         * @description Asks the decision `gate:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["cohorts.evidencePdf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/override-signatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign that a refused version may be reviewed in spite of the privacy checks that it failed; the second signature lets it
         * @description Asks the decision `release:override`. Its door opens to: lab-admin, reviewer; the decision's other conditions then decide.
         */
        post: operations["cohorts.override"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit for release review; a cohort of no use with a written reason
         * @description Asks the decision `release:submit`. Its door opens to: applicant, pilot; the decision's other conditions then decide.
         */
        post: operations["cohorts.submit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/votes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Vote on the release, blinded
         * @description Asks the decision `release:vote`. Its door opens to: reviewer; the decision's other conditions then decide.
         */
        post: operations["cohorts.vote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw a released version; it stays listed with the reason
         * @description Asks the decision `release:withdraw`. Its door opens to: lab-admin; the decision's other conditions then decide.
         */
        post: operations["cohorts.withdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The steps to the download: met and not met
         * @description Asks the decision `cohort:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["cohorts.access"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bundle; Range, ETag and If-Range; the permit is asked again for each range
         * @description Asks the decision `cohort:download`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["cohorts.download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cohort-versions/{id}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the checksum of a complete download; answers the signed receipt
         * @description Asks the decision `cohort:download`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        post: operations["cohorts.confirmDownload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Receipts I may see
         * @description Asks the decision `receipt:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["receipts.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/receipts/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public key that this lab's receipts are signed with, for whoever verifies one
         * @description Open to everyone.
         */
        get: operations["receipts.key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The audit log, newest first
         * @description Asks the decision `audit:read`. Its door opens to: auditor, lab-admin; the decision's other conditions then decide.
         */
        get: operations["audit.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit-events/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify the hash chain
         * @description Asks the decision `audit:read`. Its door opens to: auditor, lab-admin; the decision's other conditions then decide.
         */
        post: operations["audit.verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/provenance/{kind}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where it came from and what came of it
         * @description Asks the decision `provenance:read`. Its door opens to: any signed-in person; the decision's other conditions then decide.
         */
        get: operations["provenance.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Application: {
            /** Format: uuid */
            id: string;
            number: number;
            title: string;
            organisation: string;
            /** @enum {string} */
            state: "draft" | "submitted" | "returned" | "approved" | "rejected" | "withdrawn";
            applicant: components["schemas"]["PersonRef"];
            /** Format: date-time */
            createdAt: string;
            submittedAt: string | null;
            decidedAt: string | null;
            permitId: string | null;
            responsibleResearcher: string;
            purpose: string;
            ethicsNumber: string;
            ethicsValidUntil: string | null;
            accessUntil: string | null;
            ethicsDocument: {
                name: string;
                size: number;
                sha256: string;
            } | null;
            datasets: {
                /** Format: uuid */
                id: string;
                title: string;
            }[];
            members: {
                /** Format: uuid */
                id: string;
                name: string;
                hasSignedTerms: boolean;
            }[];
            events: {
                /** Format: date-time */
                at: string;
                actor: components["schemas"]["PersonRef"] | null;
                /** @enum {string} */
                type: "session.opened" | "session.closed" | "application.created" | "application.edited" | "application.member-added" | "application.member-removed" | "application.document-added" | "application.submitted" | "application.returned" | "application.withdrawn" | "application.voted" | "application.approved" | "application.rejected" | "permit.granted" | "permit.terms-signed" | "permit.revoked" | "dataset.created" | "dataset.version-created" | "dataset.uploaded" | "dataset.ingest-started" | "dataset.checked" | "dataset.approved" | "dataset.rejected" | "dataset.ingest-failed" | "dataset.thresholds-set" | "training.requested" | "training.started" | "training.memorised" | "training.fell-back" | "training.completed" | "training.cancelled" | "training.failed" | "ensemble.requested" | "ensemble.trained" | "ensemble.completed" | "ensemble.cancelled" | "ensemble.failed" | "privacy.reserved" | "privacy.settled" | "generator.declared" | "generator.uploaded" | "generator.accepted" | "generator.turned-down" | "generator.check-failed" | "synthesis.requested" | "synthesis.completed" | "synthesis.failed" | "gate.requested" | "gate.passed" | "gate.refused" | "gate.failed" | "gate.pairs-viewed" | "release.override-signed" | "release.overridden" | "release.submitted" | "release.voted" | "release.approved" | "release.rejected" | "release.released" | "release.withdrawn" | "download.opened" | "download.completed" | "download.refused" | "receipt.issued" | "audit.verified";
                comment: string;
            }[];
            review: components["schemas"]["Review"] | null;
            /** @description fields that must be filled in before submission */
            missing: string[];
            /** @description what this person may do with it now and, for what he may not, why */
            decisions: components["schemas"]["Decision"][];
        };
        ApplicationDraft: {
            title?: string;
            organisation?: string;
            responsibleResearcher?: string;
            purpose?: string;
            ethicsNumber?: string;
            ethicsValidUntil?: string | null;
            accessUntil?: string | null;
            datasetIds?: string[];
        };
        ApplicationSummary: {
            /** Format: uuid */
            id: string;
            number: number;
            title: string;
            organisation: string;
            /** @enum {string} */
            state: "draft" | "submitted" | "returned" | "approved" | "rejected" | "withdrawn";
            applicant: components["schemas"]["PersonRef"];
            /** Format: date-time */
            createdAt: string;
            submittedAt: string | null;
            decidedAt: string | null;
            permitId: string | null;
        };
        AuditEvent: {
            sequence: number;
            /** Format: date-time */
            at: string;
            actor: components["schemas"]["PersonRef"] | null;
            /** @enum {string} */
            type: "session.opened" | "session.closed" | "application.created" | "application.edited" | "application.member-added" | "application.member-removed" | "application.document-added" | "application.submitted" | "application.returned" | "application.withdrawn" | "application.voted" | "application.approved" | "application.rejected" | "permit.granted" | "permit.terms-signed" | "permit.revoked" | "dataset.created" | "dataset.version-created" | "dataset.uploaded" | "dataset.ingest-started" | "dataset.checked" | "dataset.approved" | "dataset.rejected" | "dataset.ingest-failed" | "dataset.thresholds-set" | "training.requested" | "training.started" | "training.memorised" | "training.fell-back" | "training.completed" | "training.cancelled" | "training.failed" | "ensemble.requested" | "ensemble.trained" | "ensemble.completed" | "ensemble.cancelled" | "ensemble.failed" | "privacy.reserved" | "privacy.settled" | "generator.declared" | "generator.uploaded" | "generator.accepted" | "generator.turned-down" | "generator.check-failed" | "synthesis.requested" | "synthesis.completed" | "synthesis.failed" | "gate.requested" | "gate.passed" | "gate.refused" | "gate.failed" | "gate.pairs-viewed" | "release.override-signed" | "release.overridden" | "release.submitted" | "release.voted" | "release.approved" | "release.rejected" | "release.released" | "release.withdrawn" | "download.opened" | "download.completed" | "download.refused" | "receipt.issued" | "audit.verified";
            /** @enum {string} */
            objectKind: "person" | "application" | "permit" | "terms" | "dataset" | "dataset-version" | "training-run" | "ensemble" | "checkpoint" | "generator-import" | "generator" | "synthesis-run" | "cohort" | "cohort-version" | "gate-run" | "review" | "download" | "receipt" | "session" | "audit" | "threshold-version" | "override";
            objectId: string;
            detail: {
                [key: string]: unknown;
            };
            hash: string;
        };
        AuditVerification: {
            rows: number;
            firstBadSequence: number | null;
            head: string | null;
            /** Format: date-time */
            verifiedAt: string;
        };
        CheckResult: {
            /** @enum {string} */
            check: "input" | "self-test" | "copy-contrastive" | "copy-pixel" | "copy-spectrum" | "attack-gan-leaks" | "attack-monte-carlo" | "attack-domias" | "attack-surrogate" | "attack-identity" | "attack-vulnerable" | "attack-subspace" | "data-copying" | "identifiability" | "authenticity" | "likelihood-gap" | "singling-out" | "linkability" | "inference" | "memorisation" | "cells" | "frechet-contrastive" | "frechet-random" | "coverage" | "density" | "frechet-radiomics" | "frechet-task" | "kid" | "precision-recall" | "vendi" | "hu-realism" | "noise-texture" | "calcium-score" | "utility" | "label-consistency" | "subgroup-gap" | "ranking" | "calibration" | "conformal";
            /** @enum {string} */
            verdict: "pass" | "fail" | "report";
            /** @description what was measured on the synthetic cohort */
            value: number | null;
            /** @description the same measure real against real, at equal n */
            baseline: number | null;
            threshold: number | null;
            passesWhen: ("at-least" | "at-most" | "equal" | "between") | null;
            /** @enum {string} */
            unit: "share" | "count" | "distance" | "ratio" | "accuracy" | "people" | "similarity" | "correlation" | "decibel" | "z-score";
            /** @description 95% interval where one is computed */
            interval: [
                number,
                number
            ] | null;
            /** @description further named numbers of this check */
            details: {
                [key: string]: number | string | boolean | null;
            };
            /** @description data of its plot; edges has one entry more than counts */
            histograms: {
                name: string;
                edges: number[];
                counts: number[];
            }[];
            curves: {
                name: string;
                x: {
                    name: string;
                    values: number[];
                };
                y: {
                    name: string;
                    values: number[];
                };
            }[];
        };
        CohortRequest: {
            /**
             * @description draws from its chosen members by their shares; without it, from `generatorIds`
             * @default null
             */
            ensembleId?: string | null;
            /**
             * @description more than one: each image is drawn from one of them, evenly
             * @default []
             */
            generatorIds?: string[];
            title: string;
            /** @default 2000 */
            count?: number;
            /** @default 1 */
            seed?: number;
            /**
             * @default cohort-like
             * @enum {string}
             */
            labelMix?: "balanced" | "cohort-like";
        };
        CohortSummary: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            cohortId: string;
            title: string;
            number: number;
            /** @enum {string} */
            state: "synthesising" | "draft" | "gating" | "passed" | "refused" | "overridden" | "in-review" | "packing" | "released" | "rejected" | "withdrawn" | "failed";
            count: number;
            datasetTitle: string;
            author: components["schemas"]["PersonRef"];
            /** Format: date-time */
            createdAt: string;
            releasedAt: string | null;
            usage: ("unrestricted" | "method-development-only" | "of-no-use") | null;
            /** @description two people set its failed privacy checks aside: a mark that stays for ever */
            isOverridden: boolean;
        };
        CohortVersion: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            cohortId: string;
            title: string;
            number: number;
            /** Format: uuid */
            applicationId: string;
            /** Format: uuid */
            permitId: string;
            /** Format: uuid */
            datasetId: string;
            datasetTitle: string;
            /** @enum {string} */
            state: "synthesising" | "draft" | "gating" | "passed" | "refused" | "overridden" | "in-review" | "packing" | "released" | "rejected" | "withdrawn" | "failed";
            count: number;
            drawn: number;
            /** @enum {string} */
            labelMix: "balanced" | "cohort-like";
            author: components["schemas"]["PersonRef"];
            /** Format: date-time */
            createdAt: string;
            releasedAt: string | null;
            withdrawnAt: string | null;
            withdrawReason: string | null;
            usage: ("unrestricted" | "method-development-only" | "of-no-use") | null;
            /** @description why it is to be released though the gate found it of no use */
            noUseReason: {
                by: components["schemas"]["PersonRef"];
                reason: string;
            } | null;
            failure: components["schemas"]["SpokenMessage"] | null;
            trainingRunIds: string[];
            ensembleId: string | null;
            /** @description what computed it; only cpu gives the same bytes for the same seed */
            provider: ("cpu" | "cuda" | "webgpu") | null;
            /** @description generators among its origins whose training is declared by a person, not recorded by the lab */
            declaredGenerators: {
                /** Format: uuid */
                importId: string;
                title: string;
                framework: string;
                recipe: string;
                declaredBy: components["schemas"]["PersonRef"];
                /** Format: date-time */
                declaredAt: string;
                takesLabel: boolean;
            }[];
            /** @description other cohorts of the same generators' training that the gate refused, oldest first, with the checks that failed: a reviewer ought to know how often it was tried */
            refusals: {
                /** Format: uuid */
                cohortVersionId: string;
                title: string;
                number: number;
                /** Format: date-time */
                at: string;
                checks: ("input" | "self-test" | "copy-contrastive" | "copy-pixel" | "copy-spectrum" | "attack-gan-leaks" | "attack-monte-carlo" | "attack-domias" | "attack-surrogate" | "attack-identity" | "attack-vulnerable" | "attack-subspace" | "data-copying" | "identifiability" | "authenticity" | "likelihood-gap" | "singling-out" | "linkability" | "inference" | "memorisation" | "cells" | "frechet-contrastive" | "frechet-random" | "coverage" | "density" | "frechet-radiomics" | "frechet-task" | "kid" | "precision-recall" | "vendi" | "hu-realism" | "noise-texture" | "calcium-score" | "utility" | "label-consistency" | "subgroup-gap" | "ranking" | "calibration" | "conformal")[];
            }[];
            gateRun: components["schemas"]["GateRun"] | null;
            /** @description null: the gate did not refuse it */
            override: components["schemas"]["Override"] | null;
            /** @description two people set its failed privacy checks aside: a mark that stays for ever */
            isOverridden: boolean;
            review: components["schemas"]["Review"] | null;
            hasSampleSheet: boolean;
            bundle: {
                name: string;
                size: number;
                sha256: string;
            } | null;
            /** @description what this person may do with it now and, for what he may not, why */
            decisions: components["schemas"]["Decision"][];
        };
        Condition: {
            /** @enum {string} */
            code: "signed-in" | "has-role" | "is-member" | "is-applicant" | "is-author" | "is-staff" | "state-allows" | "not-own" | "not-team-mate" | "not-voted" | "not-signed" | "not-uploader" | "permit-active" | "permit-not-expired" | "permit-not-revoked" | "permit-names-dataset" | "permit-names-person" | "terms-signed" | "dataset-approved" | "cohort-released" | "gate-passed" | "gate-needed" | "gate-not-overtaken" | "generator-ready" | "form-complete" | "nobody-voted" | "privacy-check-failed" | "checks-made" | "not-overridden-by-me";
            met: boolean;
            /** @description the object the answer comes from */
            source: {
                /** @enum {string} */
                kind: "person" | "application" | "permit" | "terms" | "dataset" | "dataset-version" | "training-run" | "ensemble" | "checkpoint" | "generator-import" | "generator" | "synthesis-run" | "cohort" | "cohort-version" | "gate-run" | "review" | "download" | "receipt" | "session" | "audit" | "threshold-version" | "override";
                id: string;
            } | null;
            /** @description values for the sentence: role, state, date ... */
            params: {
                [key: string]: string | number;
            };
        };
        Dataset: {
            /** Format: uuid */
            id: string;
            title: string;
            description: string;
            /** Format: date-time */
            createdAt: string;
            /** @description newest first; the first is in force */
            thresholdVersions: components["schemas"]["ThresholdVersion"][];
            privacy: {
                /** @default 10 */
                epsilon: number;
                /**
                 * @description below one over the number of people
                 * @default 0.00001
                 */
                delta: number;
                /**
                 * @description training without the guarantee is refused
                 * @default false
                 */
                isRequired: boolean;
                /** @description epsilon of all private runs composed, reserved ones included */
                spent: number;
                privateRuns: number;
            };
            versions: components["schemas"]["DatasetVersion"][];
            /** @description what this person may do with it now and, for what he may not, why */
            decisions: components["schemas"]["Decision"][];
        };
        DatasetCounts: {
            files: number;
            accepted: number;
            quarantined: number;
            rejected: number;
            subjects: number;
            series: number;
            images: number;
            bySplit: {
                [key: string]: {
                    subjects: number;
                    images: number;
                };
            };
            /** @description cells under 10 people are merged away, not shown */
            byCell: {
                /** @enum {string} */
                calciumGrade: "none" | "mild" | "moderate" | "severe";
                /** @enum {string} */
                sex: "female" | "male";
                /** @enum {string} */
                ageBand: "50-54" | "55-59" | "60-64";
                subjects: number;
            }[];
            byReason: {
                [key: string]: number;
            };
        };
        DatasetCreate: {
            title: string;
            description: string;
            thresholds?: {
                /**
                 * @description share of control images allowed beyond the flagging distance
                 * @default 0.001
                 */
                falseAlarmQuantile?: number;
                /**
                 * @description chance that the copy search refuses a clean cohort, over all its tests
                 * @default 0.005
                 */
                copySignificance?: number;
                /**
                 * @description chance that the attacks and distance tests (P2 to P4) refuse a clean cohort, over all of them
                 * @default 0.005
                 */
                privacySignificance?: number;
                /**
                 * @description greatest upper 95% bound of an attack's AUC that passes whatever its p
                 * @default 0.55
                 */
                attackAuc?: number;
                /**
                 * @description greatest upper 95% bound of an attack's true positives at 1% false ones that passes whatever its p
                 * @default 0.03
                 */
                attackTruePositives?: number;
                /**
                 * @description least z of the data-copying test that passes whatever its p
                 * @default -3
                 */
                dataCopyingZ?: number;
                /**
                 * @description greatest excess over the control of identifiability and of lost authenticity that passes whatever its p
                 * @default 0.02
                 */
                neighbourDifference?: number;
                /**
                 * @description greatest upper 95% bound of the control-corrected risk of singling out, linking and inferring that passes whatever its p
                 * @default 0.05
                 */
                attributedRisk?: number;
                /**
                 * @description share of the cohort replaced by canaries in the self-test
                 * @default 0.005
                 */
                plantedShare?: number;
                /**
                 * @description people of the training split per released label combination
                 * @default 10
                 */
                minimumCell?: number;
                /**
                 * @description least FD(T,H) / FD(H,S) at equal n
                 * @default 0.25
                 */
                frechetRatio?: number;
                /**
                 * @description least coverage(H,S) / coverage(H,T)
                 * @default 0.8
                 */
                coverageRatio?: number;
                /**
                 * @description least density(H,S) / density(H,T)
                 * @default 0.7
                 */
                densityRatioLow?: number;
                /**
                 * @description greatest density(H,S) / density(H,T)
                 * @default 1.3
                 */
                densityRatioHigh?: number;
                /**
                 * @description least number of different images (Vendi score) within a calcium grade, as a share of the real one
                 * @default 0.8
                 */
                vendiRatio?: number;
                /**
                 * @description least share of synthetic images whose lung, fat, soft tissue and bone all lie in the real range of HU
                 * @default 0.8
                 */
                huRealism?: number;
                /**
                 * @description least TSTR / TRTR balanced accuracy
                 * @default 0.9
                 */
                utilityRatio?: number;
                /**
                 * @description least share of synthetic images whose calcium grade a real-trained classifier confirms
                 * @default 0.6
                 */
                labelConsistency?: number;
                /**
                 * @description floor of use: least coverage(H,S) / coverage(H,T) in the space where it is second highest
                 * @default 0.05
                 */
                coverageFloor?: number;
                /**
                 * @description floor of use: least share of what real images gain over guessing (TRTR) that the cohort gains (TSTR)
                 * @default 0.1
                 */
                utilityFloor?: number;
                /**
                 * @description floor of use: least agreement beyond chance (Cohen's kappa) of labels and images, over that of real ones
                 * @default 0.1
                 */
                labelFloor?: number;
                /**
                 * @description greatest accuracy that a sex or age band may lose beyond what everyone loses
                 * @default 0.05
                 */
                subgroupGap?: number;
                /**
                 * @description least rank correlation of six methods trained on the cohort with the same trained on real images
                 * @default 0.8
                 */
                rankingFidelity?: number;
            };
            privacy?: components["schemas"]["PrivacyBudget"];
        };
        DatasetFile: {
            ordinal: number;
            /** @enum {string} */
            verdict: "accepted" | "quarantined" | "rejected";
            reason: string | null;
        };
        DatasetSummary: {
            /** Format: uuid */
            id: string;
            title: string;
            description: string;
            approvedVersionId: string | null;
            subjects: number | null;
            images: number | null;
            /** Format: date-time */
            createdAt: string;
        };
        DatasetVersion: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            datasetId: string;
            number: number;
            /** @enum {string} */
            state: "empty" | "quarantined" | "ingesting" | "checked" | "approved" | "rejected" | "failed";
            /** Format: date-time */
            createdAt: string;
            uploadedBy: components["schemas"]["PersonRef"] | null;
            approvedBy: components["schemas"]["PersonRef"] | null;
            approvedAt: string | null;
            counts: components["schemas"]["DatasetCounts"] | null;
            progress: {
                done: number;
                total: number;
            } | null;
            failure: components["schemas"]["SpokenMessage"] | null;
            hasContactSheet: boolean;
            /** @description how often each action of the PS3.15 profile was taken */
            deidentification: {
                [key: string]: number;
            } | null;
            /** @description what the series check found */
            findings: {
                code: string;
                count: number;
            }[];
            /** @description what this person may do with it now and, for what he may not, why */
            decisions: components["schemas"]["Decision"][];
        };
        Decision: {
            /** @enum {string} */
            action: "application:create" | "application:read" | "application:edit" | "application:submit" | "application:withdraw" | "application:return" | "application:vote" | "permit:read" | "permit:sign" | "permit:revoke" | "dataset:create" | "dataset:read" | "dataset:ingest" | "dataset:inspect" | "dataset:approve" | "thresholds:set" | "training:create" | "training:read" | "training:cancel" | "generator:import" | "generator:read" | "sheet:view" | "cohort:create" | "cohort:read" | "gate:run" | "gate:read" | "pairs:view" | "release:override" | "release:submit" | "release:vote" | "release:withdraw" | "cohort:download" | "receipt:read" | "audit:read" | "provenance:read" | "system:read";
            allowed: boolean;
            conditions: components["schemas"]["Condition"][];
        };
        Ensemble: {
            /** Format: uuid */
            id: string;
            title: string;
            /** Format: uuid */
            applicationId: string;
            /** Format: uuid */
            permitId: string;
            /** Format: uuid */
            datasetVersionId: string;
            datasetTitle: string;
            requestedBy: components["schemas"]["PersonRef"];
            /** @enum {string} */
            state: "training" | "choosing" | "completed" | "cancelled" | "failed";
            failure: components["schemas"]["SpokenMessage"] | null;
            /** Format: date-time */
            createdAt: string;
            finishedAt: string | null;
            runs: components["schemas"]["TrainingRun"][];
            choice: components["schemas"]["EnsembleChoice"] | null;
            /** @description what this person may do with it now and, for what he may not, why */
            decisions: components["schemas"]["Decision"][];
        };
        EnsembleChoice: {
            /** @description reference images that were to be covered */
            images: number;
            candidates: {
                /** Format: uuid */
                generatorId: string;
                /** Format: uuid */
                trainingRunId: string;
                step: number;
                coverage: number;
            }[];
            /** @description of the images with this grade, the part that each member draws */
            shares: {
                /** @enum {string} */
                calciumGrade: "none" | "mild" | "moderate" | "severe";
                members: {
                    /** Format: uuid */
                    generatorId: string;
                    share: number;
                }[];
                coverage: number;
            }[];
            coverage: {
                /** @description by the training images: as well as images can */
                training: number;
                /** @description of the last generator of each run, on average */
                mean: number;
                /** @description of the best one generator */
                best: number;
                /** @description all last generators alike */
                even: number;
                chosen: number;
            };
            /** @description coverage after each member that the greedy choice took, over all grades */
            path: number[];
        };
        EnsembleRequest: {
            /** @default 1 */
            seed?: number;
            /** @default 7000 */
            steps?: number;
            /** @default 16 */
            batch?: number;
            /**
             * @description equal parts of a batch, at most, that a worker’s threads compute side by side; the count changes the rounding, the number of threads does not
             * @default 1
             */
            shards?: number;
            /**
             * @description channels of both networks: half, as designed, twice
             * @default standard
             * @enum {string}
             */
            width?: "narrow" | "standard" | "wide";
            /** @default 0.0005 */
            learningRate?: number;
            /**
             * @default exact
             * @enum {string}
             */
            penaltyKind?: "exact" | "finite-difference";
            /**
             * @description gamma of R1 and R2 at the start
             * @default 1
             */
            penaltyStart?: number;
            /**
             * @description gamma from 70 % of the steps on
             * @default 0.3
             */
            penaltyEnd?: number;
            /**
             * @description weight of the classifier of shown labels in the generator’s loss; 0: none
             * @default 0.02
             */
            guidance?: number;
            /**
             * @description pixels, either way
             * @default 2
             */
            translation?: number;
            /** @default 0.02 */
            brightness?: number;
            /** @default 0.05 */
            contrast?: number;
            /**
             * @description of the averaged generator, per step
             * @default 0.999
             */
            averageDecay?: number;
            /**
             * @description steps between two looks for memorisation
             * @default 200
             */
            lookEvery?: number;
            /** @default true */
            stopOnMemorisation?: boolean;
            /** Format: uuid */
            permitId: string;
            /** Format: uuid */
            datasetVersionId: string;
            title: string;
            /** @description none: not private */
            privacy?: components["schemas"]["PrivacyRequest"] | null;
            members: number;
        };
        Evidence: {
            /** @enum {string} */
            schema: "scapis-lab/evidence/1" | "scapis-lab/evidence/2";
            cohortVersionId: string;
            datasetVersionId: string;
            /** @enum {string} */
            verdict: "passed" | "passed-method-development-only" | "of-no-use" | "refused" | "void";
            seed: number;
            code: {
                version: string;
                /** @description sha256 over the sources that decide the verdict; missing in files older than this */
                sourcesSha256?: string;
                onnxRuntime: string;
                node: string;
            };
            counts: {
                synthetic: number;
                training: number;
                control: number;
                reference: number;
                trainingPeople: number;
                controlPeople: number;
                referencePeople: number;
            };
            /** @description sha256 over the sorted pseudonyms of each split */
            splitHashes: {
                T: string;
                H: string;
                R: string;
            };
            /** @description sha256 over the synthetic pixels as stored */
            imagesSha256: string;
            /**
             * @description cohorts of the same dataset that were released before: privacy was judged of all of them together with this one
             * @default []
             */
            released: {
                cohortVersionId: string;
                images: number;
                imagesSha256: string;
            }[];
            thresholds: components["schemas"]["GateThresholds"];
            /** @description versions of the dataset's limits that `thresholds` is the strictest of; missing in files older than versions */
            thresholdVersions?: number[];
            checks: components["schemas"]["CheckResult"][];
            selfTest: {
                passed: boolean;
                rows: components["schemas"]["SelfTestRow"][];
            };
        };
        GateRun: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            state: "queued" | "running" | "completed" | "cancelled" | "failed";
            stage: string | null;
            progress: number;
            verdict: ("passed" | "passed-method-development-only" | "of-no-use" | "refused" | "void") | null;
            failure: components["schemas"]["SpokenMessage"] | null;
            /** Format: date-time */
            createdAt: string;
            finishedAt: string | null;
            evidence: components["schemas"]["Evidence"] | null;
            hasClosestPairs: boolean;
        };
        GateThresholds: {
            /**
             * @description share of control images allowed beyond the flagging distance
             * @default 0.001
             */
            falseAlarmQuantile: number;
            /**
             * @description chance that the copy search refuses a clean cohort, over all its tests
             * @default 0.005
             */
            copySignificance: number;
            /**
             * @description chance that the attacks and distance tests (P2 to P4) refuse a clean cohort, over all of them
             * @default 0.005
             */
            privacySignificance: number;
            /**
             * @description greatest upper 95% bound of an attack's AUC that passes whatever its p
             * @default 0.55
             */
            attackAuc: number;
            /**
             * @description greatest upper 95% bound of an attack's true positives at 1% false ones that passes whatever its p
             * @default 0.03
             */
            attackTruePositives: number;
            /**
             * @description least z of the data-copying test that passes whatever its p
             * @default -3
             */
            dataCopyingZ: number;
            /**
             * @description greatest excess over the control of identifiability and of lost authenticity that passes whatever its p
             * @default 0.02
             */
            neighbourDifference: number;
            /**
             * @description greatest upper 95% bound of the control-corrected risk of singling out, linking and inferring that passes whatever its p
             * @default 0.05
             */
            attributedRisk: number;
            /**
             * @description share of the cohort replaced by canaries in the self-test
             * @default 0.005
             */
            plantedShare: number;
            /**
             * @description people of the training split per released label combination
             * @default 10
             */
            minimumCell: number;
            /**
             * @description least FD(T,H) / FD(H,S) at equal n
             * @default 0.25
             */
            frechetRatio: number;
            /**
             * @description least coverage(H,S) / coverage(H,T)
             * @default 0.8
             */
            coverageRatio: number;
            /**
             * @description least density(H,S) / density(H,T)
             * @default 0.7
             */
            densityRatioLow: number;
            /**
             * @description greatest density(H,S) / density(H,T)
             * @default 1.3
             */
            densityRatioHigh: number;
            /**
             * @description least number of different images (Vendi score) within a calcium grade, as a share of the real one
             * @default 0.8
             */
            vendiRatio: number;
            /**
             * @description least share of synthetic images whose lung, fat, soft tissue and bone all lie in the real range of HU
             * @default 0.8
             */
            huRealism: number;
            /**
             * @description least TSTR / TRTR balanced accuracy
             * @default 0.9
             */
            utilityRatio: number;
            /**
             * @description least share of synthetic images whose calcium grade a real-trained classifier confirms
             * @default 0.6
             */
            labelConsistency: number;
            /**
             * @description floor of use: least coverage(H,S) / coverage(H,T) in the space where it is second highest
             * @default 0.05
             */
            coverageFloor: number;
            /**
             * @description floor of use: least share of what real images gain over guessing (TRTR) that the cohort gains (TSTR)
             * @default 0.1
             */
            utilityFloor: number;
            /**
             * @description floor of use: least agreement beyond chance (Cohen's kappa) of labels and images, over that of real ones
             * @default 0.1
             */
            labelFloor: number;
            /**
             * @description greatest accuracy that a sex or age band may lose beyond what everyone loses
             * @default 0.05
             */
            subgroupGap: number;
            /**
             * @description least rank correlation of six methods trained on the cohort with the same trained on real images
             * @default 0.8
             */
            rankingFidelity: number;
        };
        GeneratorImport: {
            /** Format: uuid */
            id: string;
            title: string;
            /** Format: uuid */
            applicationId: string;
            /** Format: uuid */
            permitId: string;
            /** Format: uuid */
            datasetVersionId: string;
            datasetTitle: string;
            declaredBy: components["schemas"]["PersonRef"];
            /** @enum {string} */
            state: "declared" | "quarantined" | "accepted" | "turned-down" | "failed";
            framework: string;
            recipe: string;
            /** Format: date-time */
            createdAt: string;
            uploadedAt: string | null;
            checkedAt: string | null;
            size: number | null;
            sha256: string | null;
            /** @description what the check found in an accepted file */
            facts: {
                size: number;
                latentLength: number;
                takesLabel: boolean;
                parameters: number;
                nodes: number;
                macs: number;
                memoryBytes: number;
                opset: number;
                range: [
                    number,
                    number
                ];
            } | null;
            reason: ("too_large" | "not_onnx" | "malformed" | "external_data" | "ir_version" | "opset" | "foreign_domain" | "functions" | "control_flow" | "random_op" | "training_mode" | "unknown_op" | "element_type" | "too_many_nodes" | "input_names" | "input_shape" | "fixed_batch" | "output_shape" | "other_size" | "unknown_shape" | "wrong_shape" | "too_costly" | "too_much_memory" | "bad_range" | "not_runnable" | "not_finite" | "out_of_range" | "ignores_z" | "ignores_label") | null;
            /** @description what exactly was found, in the file's own names */
            reasonDetail: string | null;
            failure: components["schemas"]["SpokenMessage"] | null;
            generatorId: string | null;
            /** @description number of the dataset's limits in force when it was declared */
            thresholdVersion: number;
            /** @description what this person may do with it now and, for what he may not, why */
            decisions: components["schemas"]["Decision"][];
        };
        GeneratorImportRequest: {
            /** Format: uuid */
            permitId: string;
            /** Format: uuid */
            datasetVersionId: string;
            title: string;
            /** @description what it was made with, e.g. PyTorch 2.9, MONAI 1.5 */
            framework: string;
            /** @description network, losses, steps and seed: what someone needs to train it again */
            recipe: string;
            /**
             * @description the declaration: trained inside the lab, on the training split of this dataset version and nothing else
             * @constant
             */
            isTrainedInside: true;
        };
        Home: {
            items: components["schemas"]["HomeItem"][];
            counts: {
                [key: string]: number;
            };
        };
        HomeItem: {
            /** @enum {string} */
            kind: "finish-application" | "answer-return" | "sign-terms" | "decide-application" | "approve-dataset" | "vote-release" | "watch-training" | "run-gate" | "submit-release" | "download-cohort" | "waiting-for-decision" | "permit-ends-soon" | "ingest-failed" | "training-failed" | "gate-refused" | "sign-override";
            /** @enum {string} */
            turn: "mine" | "others";
            /** @enum {string} */
            objectKind: "person" | "application" | "permit" | "terms" | "dataset" | "dataset-version" | "training-run" | "ensemble" | "checkpoint" | "generator-import" | "generator" | "synthesis-run" | "cohort" | "cohort-version" | "gate-run" | "review" | "download" | "receipt" | "session" | "audit" | "threshold-version" | "override";
            objectId: string;
            title: string;
            /** Format: date-time */
            since: string;
        };
        Notification: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "application.submitted" | "application.returned" | "application.approved" | "application.rejected" | "permit.revoked" | "permit.terms-to-sign" | "dataset.checked" | "dataset.failed" | "training.completed" | "training.memorised" | "training.failed" | "ensemble.completed" | "ensemble.failed" | "generator.accepted" | "generator.turned-down" | "gate.passed" | "gate.refused" | "gate.failed" | "gate.overtaken" | "release.submitted" | "release.released" | "release.rejected" | "release.withdrawn" | "release.override-signed" | "release.overridden";
            /** @enum {string} */
            objectKind: "person" | "application" | "permit" | "terms" | "dataset" | "dataset-version" | "training-run" | "ensemble" | "checkpoint" | "generator-import" | "generator" | "synthesis-run" | "cohort" | "cohort-version" | "gate-run" | "review" | "download" | "receipt" | "session" | "audit" | "threshold-version" | "override";
            objectId: string;
            title: string;
            /** Format: date-time */
            createdAt: string;
            readAt: string | null;
        };
        Override: {
            /** @description privacy checks that were made and failed: an override names them all */
            checks: ("input" | "self-test" | "copy-contrastive" | "copy-pixel" | "copy-spectrum" | "attack-gan-leaks" | "attack-monte-carlo" | "attack-domias" | "attack-surrogate" | "attack-identity" | "attack-vulnerable" | "attack-subspace" | "data-copying" | "identifiability" | "authenticity" | "likelihood-gap" | "singling-out" | "linkability" | "inference" | "memorisation" | "cells" | "frechet-contrastive" | "frechet-random" | "coverage" | "density" | "frechet-radiomics" | "frechet-task" | "kid" | "precision-recall" | "vendi" | "hu-realism" | "noise-texture" | "calcium-score" | "utility" | "label-consistency" | "subgroup-gap" | "ranking" | "calibration" | "conformal")[];
            /** @description what failed that nobody may override: privacy checks not made, the input, the self-test */
            finalChecks: ("input" | "self-test" | "copy-contrastive" | "copy-pixel" | "copy-spectrum" | "attack-gan-leaks" | "attack-monte-carlo" | "attack-domias" | "attack-surrogate" | "attack-identity" | "attack-vulnerable" | "attack-subspace" | "data-copying" | "identifiability" | "authenticity" | "likelihood-gap" | "singling-out" | "linkability" | "inference" | "memorisation" | "cells" | "frechet-contrastive" | "frechet-random" | "coverage" | "density" | "frechet-radiomics" | "frechet-task" | "kid" | "precision-recall" | "vendi" | "hu-realism" | "noise-texture" | "calcium-score" | "utility" | "label-consistency" | "subgroup-gap" | "ranking" | "calibration" | "conformal")[];
            signaturesNeeded: number;
            /** @description oldest first */
            signatures: components["schemas"]["OverrideSignature"][];
        };
        OverrideRequest: {
            /** @description every privacy check that failed */
            checks: ("input" | "self-test" | "copy-contrastive" | "copy-pixel" | "copy-spectrum" | "attack-gan-leaks" | "attack-monte-carlo" | "attack-domias" | "attack-surrogate" | "attack-identity" | "attack-vulnerable" | "attack-subspace" | "data-copying" | "identifiability" | "authenticity" | "likelihood-gap" | "singling-out" | "linkability" | "inference" | "memorisation" | "cells" | "frechet-contrastive" | "frechet-random" | "coverage" | "density" | "frechet-radiomics" | "frechet-task" | "kid" | "precision-recall" | "vendi" | "hu-realism" | "noise-texture" | "calcium-score" | "utility" | "label-consistency" | "subgroup-gap" | "ranking" | "calibration" | "conformal")[];
            /** @description this person's own reason; it stays with the cohort for ever */
            reason: string;
        };
        OverrideSignature: {
            person: components["schemas"]["PersonRef"];
            checks: ("input" | "self-test" | "copy-contrastive" | "copy-pixel" | "copy-spectrum" | "attack-gan-leaks" | "attack-monte-carlo" | "attack-domias" | "attack-surrogate" | "attack-identity" | "attack-vulnerable" | "attack-subspace" | "data-copying" | "identifiability" | "authenticity" | "likelihood-gap" | "singling-out" | "linkability" | "inference" | "memorisation" | "cells" | "frechet-contrastive" | "frechet-random" | "coverage" | "density" | "frechet-radiomics" | "frechet-task" | "kid" | "precision-recall" | "vendi" | "hu-realism" | "noise-texture" | "calcium-score" | "utility" | "label-consistency" | "subgroup-gap" | "ranking" | "calibration" | "conformal")[];
            reason: string;
            /** Format: date-time */
            at: string;
        };
        Permit: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            applicationId: string;
            title: string;
            purpose: string;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            /** Format: date-time */
            validFrom: string;
            /** Format: date-time */
            validUntil: string;
            revokedAt: string | null;
            revokeReason: string | null;
            datasets: {
                /** Format: uuid */
                id: string;
                title: string;
            }[];
            people: {
                /** Format: uuid */
                id: string;
                name: string;
                signedAt: string | null;
            }[];
            terms: components["schemas"]["Terms"];
            /** @description what this person may do with it now and, for what he may not, why */
            decisions: components["schemas"]["Decision"][];
        };
        PersonRef: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        PrivacyBudget: {
            /** @default 10 */
            epsilon?: number;
            /**
             * @description below one over the number of people
             * @default 0.00001
             */
            delta?: number;
            /**
             * @description training without the guarantee is refused
             * @default false
             */
            isRequired?: boolean;
        };
        PrivacyCost: {
            noiseMultiplier: number;
            clip: number;
            sampleRate: number;
            discriminatorSteps: number;
            noisySteps: number;
            delta: number;
            epsilon: number;
            epsilonPrv: number;
            people: number;
            budget: number;
            spentBefore: number;
            spentAfter: number;
            isWithinBudget: boolean;
        };
        PrivacyCostRequest: {
            /** Format: uuid */
            datasetVersionId: string;
            steps: number;
            batch: number;
            privacy: components["schemas"]["PrivacyRequest"];
        };
        PrivacyRequest: {
            target: {
                /** @constant */
                kind: "epsilon";
                value: number;
            } | {
                /** @constant */
                kind: "noise";
                /** @description deviation of the noise over the clip */
                value: number;
            };
            /**
             * @description longest gradient that one person contributes to a step
             * @default 1
             */
            clip?: number;
            /**
             * @description noisy steps of the discriminator for each of the generator
             * @default 1
             */
            discriminatorSteps?: number;
        };
        Problem: {
            code: string;
            params: {
                [key: string]: string | number | string[] | {
                    code: string;
                    params: {
                        [key: string]: string | number | string[];
                    };
                }[];
            };
            text: string;
            details?: unknown;
            requestId: string;
        };
        ProvenanceGraph: {
            nodes: {
                /** @enum {string} */
                kind: "person" | "application" | "permit" | "terms" | "dataset" | "dataset-version" | "training-run" | "ensemble" | "checkpoint" | "generator-import" | "generator" | "synthesis-run" | "cohort" | "cohort-version" | "gate-run" | "review" | "download" | "receipt" | "session" | "audit" | "threshold-version" | "override";
                id: string;
                title: string;
                at: string | null;
            }[];
            edges: {
                from: string;
                /** @enum {string} */
                relation: "wasDerivedFrom" | "wasGeneratedBy" | "used" | "wasAssociatedWith" | "wasAttributedTo" | "wasInformedBy";
                to: string;
            }[];
        };
        Receipt: {
            /**
             * @description the form of the receipt; none in receipts that rest on what was asked for
             * @constant
             */
            schema?: "scapis-lab/receipt/2";
            /** Format: uuid */
            id: string;
            number: number;
            /** Format: uuid */
            cohortVersionId: string;
            cohortTitle: string;
            person: components["schemas"]["PersonRef"];
            /** Format: uuid */
            permitId: string;
            termsVersion: number;
            bundleName: string;
            bundleSha256: string;
            bundleSize: number;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            completedAt: string;
            /** @description only where the cohort was released in spite of failed privacy checks: who signed, which, why */
            override?: components["schemas"]["OverrideSignature"][];
            /** @description what the receipt proves and what it does not */
            statement?: {
                en: string;
                sv: string;
            };
            /** @description Ed25519 over the canonical JSON of the other fields, base64 */
            signature: string;
            publicKey: string;
        };
        Review: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            openedAt: string;
            closedAt: string | null;
            outcome: ("approve" | "reject") | null;
            votesCast: number;
            votesNeeded: number;
            votes: components["schemas"]["Vote"][];
        };
        SelfTestRow: {
            /** @enum {string} */
            form: "exact" | "noisy" | "shifted" | "contrast" | "flipped" | "rotated" | "zoomed" | "blended" | "one-person";
            planted: number;
            caughtContrastive: number;
            caughtPixel: number;
            /** @description missing in files older than this search */
            caughtSpectrum?: number;
            caught: number;
            needed: number;
        };
        Session: {
            person: {
                /** Format: uuid */
                id: string;
                name: string;
                username: string;
                email: string;
            };
            roles: ("applicant" | "lab-admin" | "reviewer" | "pilot" | "auditor" | "operator")[];
            /** @description acts whose door this person's roles open */
            actions: ("application:create" | "application:read" | "application:edit" | "application:submit" | "application:withdraw" | "application:return" | "application:vote" | "permit:read" | "permit:sign" | "permit:revoke" | "dataset:create" | "dataset:read" | "dataset:ingest" | "dataset:inspect" | "dataset:approve" | "thresholds:set" | "training:create" | "training:read" | "training:cancel" | "generator:import" | "generator:read" | "sheet:view" | "cohort:create" | "cohort:read" | "gate:run" | "gate:read" | "pairs:view" | "release:override" | "release:submit" | "release:vote" | "release:withdraw" | "cohort:download" | "receipt:read" | "audit:read" | "provenance:read" | "system:read")[];
            /** Format: date-time */
            endsAt: string;
        };
        SpokenMessage: {
            code: string;
            params: {
                [key: string]: string | number | string[] | {
                    code: string;
                    params: {
                        [key: string]: string | number | string[];
                    };
                }[];
            };
            text: string;
        };
        SubmitRequest: {
            /** @description why a cohort of no use is to be released: it goes wherever the cohort goes; null for any other cohort */
            noUseReason: string | null;
        };
        Terms: {
            /** Format: uuid */
            id: string;
            version: number;
            textSv: string;
            textEn: string;
            sha256Sv: string;
            sha256En: string;
            /** Format: date-time */
            createdAt: string;
        };
        ThresholdVersion: {
            /** Format: uuid */
            id: string;
            number: number;
            values: components["schemas"]["GateThresholds"];
            setBy: components["schemas"]["PersonRef"] | null;
            reason: string;
            /** Format: date-time */
            at: string;
        };
        ThresholdsChange: {
            /** @description number of the version that the values were made from; it must still be the newest */
            after: number;
            values: {
                falseAlarmQuantile: number;
                copySignificance: number;
                privacySignificance: number;
                attackAuc: number;
                attackTruePositives: number;
                dataCopyingZ: number;
                neighbourDifference: number;
                attributedRisk: number;
                plantedShare: number;
                minimumCell: number;
                frechetRatio: number;
                coverageRatio: number;
                densityRatioLow: number;
                densityRatioHigh: number;
                vendiRatio: number;
                huRealism: number;
                utilityRatio: number;
                labelConsistency: number;
                coverageFloor: number;
                utilityFloor: number;
                labelFloor: number;
                subgroupGap: number;
                rankingFidelity: number;
            };
            reason: string;
        };
        TrainingEstimate: {
            parameters: number;
            memoryBytes: number;
            memoryLimitBytes: number;
            /** @description from the speed of earlier runs of this lab; null until there is one */
            seconds: number | null;
            /** @description null: fewer than smallestShownCell */
            trainingPeople: number | null;
            /** @description whether enough people are there to watch for memorisation */
            canWatch: boolean;
            smallestShownCell: number;
            /** @description people of the training split in each combination of labels; null: fewer than smallestShownCell, also none */
            cells: {
                /** @enum {string} */
                calciumGrade: "none" | "mild" | "moderate" | "severe";
                /** @enum {string} */
                sex: "female" | "male";
                /** @enum {string} */
                ageBand: "50-54" | "55-59" | "60-64";
                people: number | null;
            }[];
            /** @description why the run would be refused */
            obstacles: ("too-few-people" | "too-much-memory")[];
        };
        TrainingEvent: {
            run: components["schemas"]["TrainingRun"];
            points: components["schemas"]["TrainingPoint"][];
        };
        TrainingPoint: {
            step: number;
            /** Format: date-time */
            at: string;
            /** @description losses, logits, penalties, imagesPerSecond, and at some steps gaps of memorisation */
            metrics: {
                [key: string]: number;
            };
        };
        TrainingRequest: {
            /** @default 1 */
            seed?: number;
            /** @default 7000 */
            steps?: number;
            /** @default 16 */
            batch?: number;
            /**
             * @description equal parts of a batch, at most, that a worker’s threads compute side by side; the count changes the rounding, the number of threads does not
             * @default 1
             */
            shards?: number;
            /**
             * @description channels of both networks: half, as designed, twice
             * @default standard
             * @enum {string}
             */
            width?: "narrow" | "standard" | "wide";
            /** @default 0.0005 */
            learningRate?: number;
            /**
             * @default exact
             * @enum {string}
             */
            penaltyKind?: "exact" | "finite-difference";
            /**
             * @description gamma of R1 and R2 at the start
             * @default 1
             */
            penaltyStart?: number;
            /**
             * @description gamma from 70 % of the steps on
             * @default 0.3
             */
            penaltyEnd?: number;
            /**
             * @description weight of the classifier of shown labels in the generator’s loss; 0: none
             * @default 0.02
             */
            guidance?: number;
            /**
             * @description pixels, either way
             * @default 2
             */
            translation?: number;
            /** @default 0.02 */
            brightness?: number;
            /** @default 0.05 */
            contrast?: number;
            /**
             * @description of the averaged generator, per step
             * @default 0.999
             */
            averageDecay?: number;
            /**
             * @description steps between two looks for memorisation
             * @default 200
             */
            lookEvery?: number;
            /** @default true */
            stopOnMemorisation?: boolean;
            /** Format: uuid */
            permitId: string;
            /** Format: uuid */
            datasetVersionId: string;
            title: string;
            /** @description none: not private */
            privacy?: components["schemas"]["PrivacyRequest"] | null;
            /**
             * @description an ended run of the same project and dataset version, whose last checkpoint this one begins from
             * @default null
             */
            continueFrom?: string | null;
        };
        TrainingRun: {
            /** Format: uuid */
            id: string;
            title: string;
            /** Format: uuid */
            applicationId: string;
            /** Format: uuid */
            permitId: string;
            /** Format: uuid */
            datasetVersionId: string;
            datasetTitle: string;
            requestedBy: components["schemas"]["PersonRef"];
            /** @enum {string} */
            state: "queued" | "running" | "completed" | "cancelled" | "failed";
            seed: number;
            steps: number;
            step: number;
            batch: number;
            imagesPerSecond: number | null;
            secondsLeft: number | null;
            failure: components["schemas"]["SpokenMessage"] | null;
            /** Format: date-time */
            createdAt: string;
            startedAt: string | null;
            finishedAt: string | null;
            generators: {
                /** Format: uuid */
                id: string;
                step: number;
                sha256: string;
            }[];
            /** @description what computed it; only cpu gives the same bytes for the same seed */
            provider: ("cpu" | "cuda" | "webgpu") | null;
            hasSampleSheet: boolean;
            sampleSheetVersion: string | null;
            /** @description null: not private */
            privacy: {
                noiseMultiplier: number;
                clip: number;
                sampleRate: number;
                discriminatorSteps: number;
                noisySteps: number;
                delta: number;
                epsilon: number;
                /** @description false: epsilon and steps are reserved for the whole run */
                isSettled: boolean;
            } | null;
            settings: components["schemas"]["TrainingSettings"];
            /** @description number of the dataset's limits in force when it was asked for */
            thresholdVersion: number;
            continuedFrom: {
                /** Format: uuid */
                id: string;
                title: string;
            } | null;
            /** @description the ensemble that it is a member of */
            ensembleId: string | null;
            /** @description where the newest checkpoint stands: what a new run could begin from */
            checkpointStep: number | null;
            /** @description the steps between which three looks in a row showed memorisation */
            alert: {
                beganAt: number;
                raisedAt: number;
            } | null;
            /** @description steps of which a sample sheet is kept, oldest first */
            sheetSteps: number[];
            /** @description what this person may do with it now and, for what he may not, why */
            decisions: components["schemas"]["Decision"][];
        };
        TrainingSettings: {
            /** @default 1 */
            seed: number;
            /** @default 7000 */
            steps: number;
            /** @default 16 */
            batch: number;
            /**
             * @description equal parts of a batch, at most, that a worker’s threads compute side by side; the count changes the rounding, the number of threads does not
             * @default 1
             */
            shards: number;
            /**
             * @description channels of both networks: half, as designed, twice
             * @default standard
             * @enum {string}
             */
            width: "narrow" | "standard" | "wide";
            /** @default 0.0005 */
            learningRate: number;
            /**
             * @default exact
             * @enum {string}
             */
            penaltyKind: "exact" | "finite-difference";
            /**
             * @description gamma of R1 and R2 at the start
             * @default 1
             */
            penaltyStart: number;
            /**
             * @description gamma from 70 % of the steps on
             * @default 0.3
             */
            penaltyEnd: number;
            /**
             * @description weight of the classifier of shown labels in the generator’s loss; 0: none
             * @default 0.02
             */
            guidance: number;
            /**
             * @description pixels, either way
             * @default 2
             */
            translation: number;
            /** @default 0.02 */
            brightness: number;
            /** @default 0.05 */
            contrast: number;
            /**
             * @description of the averaged generator, per step
             * @default 0.999
             */
            averageDecay: number;
            /**
             * @description steps between two looks for memorisation
             * @default 200
             */
            lookEvery: number;
            /** @default true */
            stopOnMemorisation: boolean;
        };
        Vote: {
            person: components["schemas"]["PersonRef"];
            /** @enum {string} */
            decision: "approve" | "reject";
            comment: string;
            /** Format: date-time */
            at: string;
        };
    };
    responses: {
        /** @description An error, as a code and a sentence that says what to do. Codes: invalid_input, cursor_unknown, dataset_unknown, member_never_signed_in, member_is_applicant, terms_text_differs, generators_mixed, checksum_differs, reason_repeated, batch_exceeds_people, noisy_steps_too_many, epsilon_unreachable, not_signed_in, forbidden, service_account, cross_site_request, not_found, conflict, wrong_state, access_already_ended, ensemble_not_chosen, newer_terms, download_not_begun, download_incomplete, permit_ended, already_voted, conflict_of_interest, too_large, ethics_decision_too_large, range_not_satisfiable, ethics_decision_not_pdf, upload_empty, generator_file_empty, training_split_too_small, label_cells_too_small, ensemble_data_too_small, thresholds_unchanged, override_incomplete, no_use_reason_needed, privacy_required, privacy_budget_exceeded, training_memorised, training_too_large, checkpoint_unusable, checkpoint_damaged, too_many_requests, internal, configuration_invalid, terms_missing, terms_edited, database_unavailable, database_busy, clock_ahead, clock_behind, queue_unavailable, identity_unavailable, storage_unavailable, storage_full, storage_damaged. */
        problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "health.live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "health.ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Database and identity answer, and the clock is right */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ready" | "not-ready";
                        parts: {
                            [key: string]: boolean;
                        };
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "session.login": {
        parameters: {
            query?: {
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Go on at the address in Location. */
            302: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["problem"];
        };
    };
    "session.callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Go on at the address in Location. */
            302: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["problem"];
        };
    };
    "session.logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End the session here and at the identity provider */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        redirectTo: string;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "session.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who I am */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "home.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What waits for me */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Home"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "notifications.list": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My messages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Notification"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "notifications.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.list": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Applications I may see */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApplicationSummary"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplicationDraft"];
            };
        };
        responses: {
            /** @description Begin an application */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One application */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.edit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplicationDraft"];
            };
        };
        responses: {
            /** @description Save a draft; validation never blocks saving */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.addMember": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                };
            };
        };
        responses: {
            /** @description Add a team member by e-mail address */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.removeMember": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                personId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a team member */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.getEthicsDocument": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ethics decision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.putEthicsDocument": {
        parameters: {
            query: {
                name: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/pdf": string;
            };
        };
        responses: {
            /** @description Attach the ethics decision (PDF) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.submit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send it in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take it back for good */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.return": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment: string;
                };
            };
        };
        responses: {
            /** @description Return it with a comment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "applications.vote": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    decision: "approve" | "reject";
                    comment: string;
                };
            };
        };
        responses: {
            /** @description Vote; two alike decide */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "permits.list": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Permits I may see */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Permit"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "permits.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One permit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Permit"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "permits.sign": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    termsId: string;
                    textSha256: string;
                    /** @enum {string} */
                    locale: "sv" | "en";
                };
            };
        };
        responses: {
            /** @description Sign the terms in force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Permit"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "permits.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description End all access under it at once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Permit"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasets.list": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The catalogue */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DatasetSummary"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasets.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DatasetCreate"];
            };
        };
        responses: {
            /** @description Name a dataset and set its thresholds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasets.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One dataset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasets.setThresholds": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ThresholdsChange"];
            };
        };
        responses: {
            /** @description Set the limits of the release gate for training asked for from now on; what was asked for before keeps its own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasetVersions.create": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open a version to upload into */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasetVersions.upload": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/zip": string;
            };
        };
        responses: {
            /** @description Upload a zip of DICOM files and labels.csv into quarantine; ingest follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasetVersions.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasetVersions.files": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                verdict?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The verdict on each file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DatasetFile"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasetVersions.contactSheet": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Contact sheet of the de-identified images */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasetVersions.approve": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Approve what another person took in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "datasetVersions.reject": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Refuse it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "trainingRuns.list": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Training runs I may see */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TrainingRun"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "trainingRuns.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrainingRequest"];
            };
        };
        responses: {
            /** @description Ask for a training run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRun"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "trainingRuns.estimate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default 1 */
                    seed?: number;
                    /** @default 7000 */
                    steps?: number;
                    /** @default 16 */
                    batch?: number;
                    /**
                     * @description equal parts of a batch, at most, that a worker’s threads compute side by side; the count changes the rounding, the number of threads does not
                     * @default 1
                     */
                    shards?: number;
                    /**
                     * @description channels of both networks: half, as designed, twice
                     * @default standard
                     * @enum {string}
                     */
                    width?: "narrow" | "standard" | "wide";
                    /** @default 0.0005 */
                    learningRate?: number;
                    /**
                     * @default exact
                     * @enum {string}
                     */
                    penaltyKind?: "exact" | "finite-difference";
                    /**
                     * @description gamma of R1 and R2 at the start
                     * @default 1
                     */
                    penaltyStart?: number;
                    /**
                     * @description gamma from 70 % of the steps on
                     * @default 0.3
                     */
                    penaltyEnd?: number;
                    /**
                     * @description weight of the classifier of shown labels in the generator’s loss; 0: none
                     * @default 0.02
                     */
                    guidance?: number;
                    /**
                     * @description pixels, either way
                     * @default 2
                     */
                    translation?: number;
                    /** @default 0.02 */
                    brightness?: number;
                    /** @default 0.05 */
                    contrast?: number;
                    /**
                     * @description of the averaged generator, per step
                     * @default 0.999
                     */
                    averageDecay?: number;
                    /**
                     * @description steps between two looks for memorisation
                     * @default 200
                     */
                    lookEvery?: number;
                    /** @default true */
                    stopOnMemorisation?: boolean;
                    /** Format: uuid */
                    permitId: string;
                    /** Format: uuid */
                    datasetVersionId: string;
                    /** @description none: not private */
                    privacy?: components["schemas"]["PrivacyRequest"] | null;
                    /**
                     * @description an ended run of the same project and dataset version, whose last checkpoint this one begins from
                     * @default null
                     */
                    continueFrom?: string | null;
                };
            };
        };
        responses: {
            /** @description What a run would cost, before it is asked for; nothing is begun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingEstimate"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "trainingRuns.privacyCost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PrivacyCostRequest"];
            };
        };
        responses: {
            /** @description What a private run would cost of the dataset’s privacy budget; nothing is asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrivacyCost"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "trainingRuns.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One training run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRun"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "trainingRuns.points": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its losses over time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingPoint"][];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "trainingRuns.events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events; the data of each is one JSON object of this schema. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["TrainingEvent"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "trainingRuns.sampleSheet": {
        parameters: {
            query?: {
                step?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the generator draws, now or at an earlier step (lab staff only: not yet gated) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "ensembles.list": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ensembles I may see */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Ensemble"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "ensembles.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnsembleRequest"];
            };
        };
        responses: {
            /** @description Ask for several networks of one recipe, of whose generators those are chosen that together cover the reference people best */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ensemble"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "ensembles.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One ensemble: its runs, and what was chosen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ensemble"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "ensembles.cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stop all its runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ensemble"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "trainingRuns.cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stop it after the present slice */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingRun"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "generatorImports.list": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Generators from elsewhere that I may see */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["GeneratorImport"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "generatorImports.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GeneratorImportRequest"];
            };
        };
        responses: {
            /** @description Declare a generator that was trained elsewhere inside the lab */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GeneratorImport"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "generatorImports.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One generator from elsewhere */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GeneratorImport"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "generatorImports.upload": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Upload its ONNX file into quarantine; the check follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GeneratorImport"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.list": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Synthetic cohorts I may see */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["CohortSummary"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CohortRequest"];
            };
        };
        responses: {
            /** @description Draw a cohort from one or more generators */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CohortVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One cohort version, with gate and review */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CohortVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.sampleSheet": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sheet of its images (before release: lab staff only) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.closestPairs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Closest real and synthetic pairs (reviewers only; the view is recorded) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.runGate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ask for the release gate */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CohortVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.evidence": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The evidence file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.evidencePdf": {
        parameters: {
            query?: {
                language?: "sv" | "en";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The evidence as a PDF to attach to a decision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.override": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OverrideRequest"];
            };
        };
        responses: {
            /** @description Sign that a refused version may be reviewed in spite of the privacy checks that it failed; the second signature lets it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CohortVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.submit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubmitRequest"];
            };
        };
        responses: {
            /** @description Submit for release review; a cohort of no use with a written reason */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CohortVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.vote": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    decision: "approve" | "reject";
                    comment: string;
                };
            };
        };
        responses: {
            /** @description Vote on the release, blinded */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CohortVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Withdraw a released version; it stays listed with the reason */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CohortVersion"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.access": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The steps to the download: met and not met */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Decision"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.download": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bundle; Range, ETag and If-Range; the permit is asked again for each range */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "cohorts.confirmDownload": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    sha256: string;
                };
            };
        };
        responses: {
            /** @description Confirm the checksum of a complete download; answers the signed receipt */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "receipts.list": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Receipts I may see */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Receipt"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "receipts.key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public key that this lab's receipts are signed with, for whoever verifies one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        algorithm: "Ed25519";
                        /** @description SubjectPublicKeyInfo (RFC 8410), base64 */
                        publicKey: string;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "audit.list": {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                objectId?: string;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The audit log, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEvent"][];
                        nextCursor: string | null;
                        total: number | null;
                    };
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "audit.verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Verify the hash chain */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
    "provenance.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where it came from and what came of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProvenanceGraph"];
                };
            };
            default: components["responses"]["problem"];
        };
    };
}
