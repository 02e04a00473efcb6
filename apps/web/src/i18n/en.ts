import type {
  Action, AuditEventType, CalciumGrade, ConditionCode, ErrorCode, GateCheck, GateThresholds, GateVerdict, NotificationKind, ObjectKind, PlantedForm, ProvenanceRelation, Role, Sex, Split,
} from '@scapis/contracts';
import type { homeItemKinds } from '@scapis/contracts';
import type { AnyState } from '../components/state-badge.tsx';

type HomeItemKind = (typeof homeItemKinds)[number];

/** English. sv.ts must answer for each key (its type is this one's); each closed list of contracts must have its sentence here. */
export const en = {
  shell: {
    brand: 'SCAPIS computer lab', skip: 'Skip to content', places: 'Places in the lab', openMenu: 'Open menu', closeMenu: 'Close menu',
    otherLanguage: 'Svenska', account: '{{name}}, your account', dark: 'Dark colours', light: 'Light colours', signOut: 'Sign out',
    notifications_one: 'Messages: {{count}} unread', notifications_other: 'Messages: {{count}} unread',
    footer: 'Synthetic images are for research only, never for patients. Every act in the lab is recorded.', accessibility: 'Accessibility',
    nav: { home: 'Home', applications: 'Applications', permits: 'Permits', datasets: 'Datasets', training: 'Training runs', cohorts: 'Synthetic cohorts', receipts: 'Receipts', audit: 'Audit log' },
  },
  common: {
    loading: 'Loading', cancel: 'Cancel', close: 'Close', remove: 'Remove', more: 'Show more', state: 'State', created: 'Created', choose: 'Choose …',
    shown_one: '{{count}} row shown', shown_other: '{{count}} rows shown', shownOf: '{{shown}} of {{total}} shown',
  },
  problem: { title: 'That did not work', requestId: 'Quote this id to the lab:' },
  notFound: { title: 'Nothing here', text: 'There is no page at this address.', hint: 'It may have moved, or the link was cut short. What waits for you is on the home page.', home: 'To the home page' },
  errorPage: { title: 'This page failed', lead: 'The lab may have been updated while the page was open. Nothing you had sent was lost.', reload: 'Load again' },
  landing: {
    title: 'Synthetic CT cohorts that you may take home', lead: 'The real images of SCAPIS stay inside the lab. Generators trained there draw synthetic cohorts; a release gate looks for any leak of a real person, two people approve, and you download.',
    signIn: 'Sign in', account: 'You sign in with your lab account. Applying for access is the first thing to do after that.',
    points: {
      inside: { title: 'Real images stay inside', text: 'De-identified, encrypted, and used only under a permit that names people, datasets, purpose and end date.' },
      synthetic: { title: 'Generators draw new ones', text: 'Ensembles of GANs learn from the images and draw labelled cohorts of any size.' },
      proven: { title: 'A gate looks for leaks', text: 'Every image is searched for copies. The gate first plants leaks of its own and must catch them.' },
      download: { title: 'Two people approve', text: 'Blinded votes, never the author or the team. Then a resumable download with checksum and receipt.' },
    },
  },
  home: {
    hello: 'Hello, {{name}}', nothingWaits: 'Nothing waits for you just now.', waiting_one: 'One thing waits for you.', waiting_other: '{{count}} things wait for you.',
    mine: 'Waits for you', others: 'Waits for others', noMine: 'You are up to date', noMineHint: 'What needs you shows up here: a form to finish, terms to sign, a vote to cast, a cohort to download.',
    noOthers: 'Nothing of yours waits for anyone else.', since: 'since {{at}}', start: 'Begin here',
    starts: { application: 'Apply for access', dataset: 'Take in a dataset', training: 'Train a generator', cohort: 'Draw a cohort', audit: 'Read the audit log', browse: 'Look at the cohorts' },
    kinds: {
      'finish-application': 'Finish your application', 'answer-return': 'Answer the lab’s comment and send in again', 'sign-terms': 'Read and sign the terms', 'decide-application': 'Decide on an application',
      'approve-dataset': 'Approve what was taken in', 'vote-release': 'Vote on a release', 'watch-training': 'Training goes on', 'run-gate': 'Run the release gate', 'submit-release': 'Submit for release',
      'download-cohort': 'Download the released cohort', 'waiting-for-decision': 'Waits for the lab’s decision', 'permit-ends-soon': 'A permit ends soon', 'ingest-failed': 'An upload could not be taken in',
      'training-failed': 'A training run failed', 'gate-refused': 'The gate refused a cohort',
    } satisfies Record<HomeItemKind, string>,
  },
  notificationsPage: { title: 'Messages', lead: 'What has happened in your projects.', empty: 'No messages', emptyHint: 'When something happens in one of your projects, the lab tells you here.', markRead: 'Mark as read' },
  notifications: {
    'application.submitted': 'An application was sent in', 'application.returned': 'Your application was returned with a comment', 'application.approved': 'Your application was approved', 'application.rejected': 'Your application was rejected',
    'permit.revoked': 'A permit was revoked', 'permit.terms-to-sign': 'Terms wait for your signature', 'dataset.checked': 'A dataset version is ready to be looked at', 'dataset.failed': 'A dataset version could not be taken in',
    'training.completed': 'A training run is complete', 'training.failed': 'A training run failed', 'generator.accepted': 'A generator from elsewhere is accepted', 'generator.turned-down': 'A generator from elsewhere was turned down', 'gate.passed': 'A cohort passed the release gate', 'gate.refused': 'The release gate refused a cohort', 'gate.failed': 'A gate run broke off; run it again',
    'release.submitted': 'A cohort waits for your vote', 'release.released': 'A cohort was released', 'release.rejected': 'A release was rejected', 'release.withdrawn': 'A released cohort was withdrawn',
  } satisfies Record<NotificationKind, string>,
  applications: {
    title: 'Applications', lead: 'Access begins with an application: who, for what, with which ethics approval, until when.', all: 'All that you may see', begin: 'Begin an application', number: 'No.', name: 'Title', untitled: 'Untitled application',
    applicant: 'Applicant', organisation: 'Organisation', submitted: 'Sent in', filter: 'Show state', anyState: 'All states', empty: 'No applications yet',
    emptyHint: 'Begin one: it saves itself, and you can send it in when everything is there.', emptyHintStaff: 'Applications show up here when they are sent in.',
  },
  application: {
    lead: 'Application no. {{number}}, {{name}}', where: 'Where the case is', what: 'What is applied for', review: 'Decision by two people', members: 'Team', events: 'What has happened', signed: 'Terms signed', notSigned: 'Terms not signed yet',
    toPermit: 'To the permit', toCase: 'To the case', edit: 'Go on with the form', return: 'Return with comment', withdraw: 'Withdraw', returned: 'The application was returned.', withdrawn: 'The application was withdrawn.',
    returnText: 'The applicant gets your comment, changes the form and sends it in again. This is only possible before anyone has voted.', returnLabel: 'What must change?', withdrawText: 'The application is taken back for good. It stays in the list with its history.',
    steps: { draft: 'Fill in', submitted: 'Sent in', decision: 'Two people decide', terms: 'Sign the terms', access: 'Access' },
    turn: {
      yours: 'It is your turn.', members: 'It is the team’s turn: each member signs the terms before using the permit.', draft: 'It is the applicant’s turn: the form is not sent in yet.', submitted: 'It is the lab’s turn: two people decide, each without seeing the other’s vote.',
      returned: 'It is the applicant’s turn: the lab has asked for changes.', approved: 'The permit is in force.', rejected: 'The application was rejected. A new one may be sent.', withdrawn: 'The application was withdrawn.',
    },
    form: { project: 'The project', ethics: 'Ethics approval', access: 'What access' },
    fields: {
      title: 'Title of the project', organisation: 'Research body', responsibleResearcher: 'Responsible researcher', purpose: 'Purpose', ethicsNumber: 'Diary number of the ethics approval', ethicsValidUntil: 'Ethics approval valid until',
      accessUntil: 'Access wanted until', datasetIds: 'Datasets', ethicsDocument: 'Ethics decision (PDF)',
    },
    hints: {
      organisation: 'The Swedish research body that answers for the project.', responsibleResearcher: 'Holds a PhD. Someone else may fill in the form.', purpose: 'What you want to find out, and why synthetic images serve it. At least 50 characters.',
      ethicsNumber: 'From Etikprövningsmyndigheten, in the form 2026-01234-01.', ethicsDocument: 'The decision with its attachments, as one PDF.', datasetIds: 'The permit names exactly these.', accessUntil: 'Not after the ethics approval ends.',
    },
    saving: 'Saving …', saved: 'Saved', savesItself: 'The form saves itself while you write.', saveFailed: 'The last change is not saved', saveNow: 'Save now', documentThere: 'Attached: {{name}} ({{size}}). A new file replaces it.',
    addMember: 'E-mail address of a new member', addMemberHint: 'The person must have signed in to the lab once.', add: 'Add', removeMember: 'Remove {{name}}', sendTitle: 'Send in', send: 'Send in', sent: 'The application is sent in.',
    complete: 'Everything is there.', missing: 'Still missing:', returnedTitle: 'The lab asks for changes',
  },
  permits: { title: 'Permits', lead: 'A permit names people, datasets, purpose and end date. Every use asks it anew.', all: 'All that you may see', name: 'Project', datasets: 'Datasets', people: 'People', until: 'Valid until', signedOf: '{{signed}} of {{total}} have signed', empty: 'No permits', emptyHint: 'A permit is made when two people have approved an application.' },
  permit: {
    lead: 'Access under this permit ends by itself at the end date, and at once when it is revoked.', from: 'Valid from', what: 'What it allows', application: 'Application', toApplication: 'To the application', revoke: 'Revoke', revoked: 'The permit was revoked.',
    revokeText: 'All access under this permit ends at once: running downloads stop at the next byte range and queued work is cancelled. This cannot be undone.', revokeLabel: 'Why?', revokedTitle: 'Revoked {{at}}', terms: 'Terms, version {{version}}',
    signedAt: 'signed {{at}}', youSigned: 'You signed {{at}}', haveRead: 'I have read the terms and will keep them.', sign: 'Sign the terms', thanks: 'Thank you: the terms are signed.',
  },
  datasets: {
    title: 'Datasets', lead: 'What the lab holds. The real images never leave; what they hold in numbers is open to all.', create: 'New dataset', createLead: 'Name it and fix the limits of its release gate before anything is trained on it.', createNow: 'Create the dataset', describe: 'What it is',
    name: 'Name', description: 'Description', descriptionHint: 'What an applicant needs to know: who was examined, how, when.', subjects: 'People', images: 'Images', approved: 'Approved', notApproved: 'Not approved yet',
    thresholds: 'Limits of the release gate', thresholdsHint: 'Set before training and stored with the dataset, so that nobody can bend them to a result.', empty: 'No datasets yet', emptyHint: 'Create one, open a version, and upload a zip of DICOM files.', emptyHintOthers: 'The lab’s administrators take datasets in.',
  },
  dataset: {
    version: 'Version', versionNumber: 'version {{number}}', versions: 'Versions', newVersion: 'New version', noVersions: 'No versions yet', noVersionsHint: 'Open a version to upload into. An approved version never changes.', uploadedBy: 'Uploaded by', approvedBy: 'Approved by',
    way: 'The way in', steps: { empty: 'Upload', quarantined: 'Quarantine', ingesting: 'De-identify and check', checked: 'Look and decide', approved: 'Approved' },
    upload: 'Upload', zip: 'Zip of DICOM files and labels.csv', zipHint: 'It goes to quarantine first. Each file is de-identified and checked before anyone sees it.', failed: 'It could not be taken in', ingesting: 'Taking in', waitsForWorker: 'Waits for a worker …', filesDone: '{{done}} of {{total}} files',
    contents: 'What it holds', series: 'Series', files: 'Files', filesOf: '{{accepted}} accepted, {{quarantined}} in quarantine, {{rejected}} rejected, of {{total}}', splitCounts: '{{subjects}} people, {{images}} images',
    cells: 'People by label', cellsHint: 'Combinations of fewer than ten people are not shown.', contactSheet: 'Contact sheet', contactSheetHint: 'De-identified images. Look for burned-in text, faces, and anything that is not a chest.',
    deidentification: 'De-identification', deidentificationHint: 'How many elements each action of the PS3.15 profile changed.', findings: 'Findings of the series check', noFindings: 'Nothing found.',
    fileVerdicts: 'Verdict on each file', file: 'File', verdict: 'Verdict', reason: 'Reason', allVerdicts: 'All', verdicts: { accepted: 'accepted', quarantined: 'in quarantine', rejected: 'rejected' }, noFiles: 'No such files', noFilesHint: 'No file of this version got that verdict.',
    approve: 'Approve', approved: 'The version is approved.', approveText: 'The version becomes open to permits that name this dataset, and never changes again. You say that you have looked at the contact sheet and found nothing that points to a person.',
    reject: 'Reject', rejected: 'The version is rejected.', rejectText: 'The version is never used. The uploader sees your reason.', rejectLabel: 'Why?',
  },
  training: {
    title: 'Training runs', lead: 'Generators learn here, inside the lab, under a permit.', all: 'All that you may see', create: 'New training run', createLead: 'Training runs in short slices, so it survives a restart and can be cancelled at any time.', name: 'Title', nameHint: 'So that you find it again.',
    dataset: 'Dataset', permit: 'Permit', toPermit: 'To the permit', version: 'Dataset version', requestedBy: 'Asked for by', steps: 'Steps', stepsOf: '{{step}} of {{steps}}', step: 'step', stepsHint: 'About 6,000 give recognisable images of 64 x 64.', batch: 'Images per step', seed: 'Seed', seedHint: 'The same seed and data give the same bytes when the CPU computes.',
    what: 'What', how: 'How', estimate: 'About {{time}} at {{rate}} images a second.', start: 'Start training', noPermit: 'You have no active permit', noPermitHint: 'Training needs one. Apply for access; when two people have approved, sign the terms and come back.', noVersions: 'This permit’s datasets have no approved version yet.',
    empty: 'No training runs', emptyHint: 'A run shows up here when someone in one of your projects starts it.', runLead: '{{dataset}}, asked for by {{name}}', live: 'live', failed: 'The run failed', progress: 'Progress', imagesPerSecond: 'Images a second', timeLeft: 'Time left', waits: 'waits in the queue', started: 'Started', finished: 'Ended',
    details: 'Details', provider: 'Computed on', providerNotRepeatable: '{{provider}} (not to the same bytes again)', generators: 'Generators', generatorAt: 'at step {{step}}', curves: 'How it goes', noPoints: 'The first numbers come after a few steps.', groups: { losses: 'Losses', logits: 'Logits', penalties: 'Gradient penalty', gradients: 'Gradient norms', speed: 'Speed', other: 'Other' },
    metrics: { discriminatorLoss: 'discriminator', generatorLoss: 'generator', penalty: 'R1 + R2', realLogit: 'real', fakeLogit: 'synthetic', discriminatorGradient: 'discriminator', generatorGradient: 'generator', imagesPerSecond: 'images a second' },
    sheet: 'Sample sheet', sheetHint: 'What the generator draws now. Not gated yet, so only lab staff see it.', cancel: 'Cancel', cancelled: 'The run stops after the present slice.', cancelText: 'The run stops after the present slice. Its last checkpoint is kept, but it cannot be started again.', draw: 'Draw a cohort',
  },
  privacy: {
    title: 'Differential privacy', text: 'Noise limits what the generator can learn of any one patient, and epsilon says how much: the lower, the safer. It costs image quality, and few patients need much noise.', isOn: 'Train with differential privacy', required: 'This dataset takes only training with differential privacy.',
    target: 'What is given', targets: { epsilon: 'Epsilon at most', noise: 'Noise multiplier' }, epsilon: 'Epsilon', noise: 'Noise multiplier', value: 'Value', clip: 'Clip', clipHint: 'The longest gradient that one patient contributes to a step.', discriminatorSteps: 'Discriminator steps', discriminatorStepsHint: 'Noisy steps for each step of the generator.',
    notRepeatable: 'Noise and sampling come from a cryptographic source, so the same seed does not give the same bytes.', choose: 'Choose a dataset to see what the run costs.', cost: 'What the run costs', within: 'The run fits in the budget.', exceeded: 'The run would exceed the budget and will be refused.',
    ofRun: 'This run', prv: 'By the second accountant (PRV)', delta: 'Delta', sampleRate: 'Chance that a patient takes part in a step', noisySteps: 'Noisy steps', spentAfter: 'Spent of the budget afterwards', ofBudget: 'epsilon {{spent}} of {{budget}}',
    budget: 'Privacy budget', budgetHint: 'What may be learnt of any one patient from all private training on this dataset together. Fixed with the dataset. Runs are composed, so they cost less together than the sum of their epsilons.', isRequired: 'Private training only', yes: 'yes', no: 'no', spent: 'Spent', privateRuns: 'Private runs',
    none: 'Not private', reserved: 'epsilon {{epsilon}}, reserved', settled: 'epsilon {{epsilon}}',
  },
  imports: {
    title: 'Generators from elsewhere', lead: 'Trained elsewhere inside the lab, in PyTorch or MONAI, and brought in as ONNX. Each is checked before anything is drawn.', create: 'Bring in a generator', createLead: 'First you declare how it was trained, then you upload the file. Your name stands under the declaration.', name: 'Title', framework: 'Made with', frameworkHint: 'For example PyTorch 2.9 or MONAI 1.5.',
    recipe: 'How it was trained', recipeHint: 'Network, losses, steps and seed: what someone needs to train it again. Reviewers read it.', declaration: 'The declaration', declare: 'I declare that it was trained inside the lab, on the training split of this dataset version and on no other images of people.', mustDeclare: 'Nothing can be brought in without the declaration.', next: 'Declare and go on to the file',
    upload: 'Upload', file: 'ONNX file', fileHint: 'One file of at most 128 MiB: inputs z and, if it wants to, label; output [N, 1, s, s] in -1..1. It goes to quarantine and is checked there.', checking: 'The file is in quarantine. A worker checks it …', turnedDown: 'The file was turned down', turnedDownHint: 'Nothing of it was kept. Mend it, then declare and upload it anew.', found: 'Found: {{detail}}', failed: 'The check broke off',
    facts: 'What the check found', size: 'Image size', pixels: '{{size}} x {{size}} pixels', latent: 'Numbers in z', labels: 'Labels', takesLabel: 'follows grade, sex and age', ignoresLabel: 'draws without regard to labels', parameters: 'Weights', cost: 'Multiplications per image', opset: 'ONNX opset', range: 'Output range', hash: 'File (SHA-256)', declaredBy: 'Declared by', draw: 'Draw a cohort', all: 'All that you may see',
    empty: 'None brought in', emptyHint: 'A generator that your team trained elsewhere inside the lab can be brought in under a permit.', line: '{{dataset}}, made with {{framework}}, declared by {{name}}',
  },
  cohorts: {
    title: 'Synthetic cohorts', lead: 'Drawn by generators, judged by the gate, released by two people.', all: 'All that you may see', create: 'Draw a cohort', createLead: 'The cohort stays inside until it has passed the gate and two people have approved it.', name: 'Title', titleVersion: '{{title}}, version {{number}}', images: 'Images', author: 'Author',
    usage: 'Fit for', usages: { unrestricted: 'any use under the terms', 'method-development-only': 'method development only' }, released: 'Released', generators: 'Generators', generatorsLabel: 'Which generators draw', generatorsHint: 'More than one makes an ensemble: each image is drawn by one of them.',
    generatorLine: '{{dataset}}, step {{step}}, {{at}}', what: 'What to draw', count: 'Number of images', countHint: 'Between 50 and 20,000. The gate judges best with about as many as it has real ones.', labelMix: 'Mix of labels',
    mixes: { balanced: { name: 'Balanced', text: 'Each combination of grade, sex and age as often as the others.' }, 'cohort-like': { name: 'Like the cohort', text: 'As often as among the real people; rare combinations are never drawn.' } },
    draw: 'Draw', noGenerators: 'No generator is ready', noGeneratorsHint: 'A generator is ready when its training run is complete.', empty: 'No cohorts yet', emptyHint: 'A cohort shows up here when it is drawn in one of your projects, or released.',
  },
  cohort: {
    lead: '{{count}} synthetic images after {{dataset}}, by {{name}}', way: 'The way out', steps: { synthesising: 'Draw', draft: 'Draft', gating: 'Release gate', passed: 'Passed', 'in-review': 'Two votes', packing: 'Pack', released: 'Released' },
    drawn: '{{drawn}} of {{total}} images drawn', packing: 'Packing the bundle: DICOM, PNG, labels, evidence, checksums.', failed: 'It failed', sheet: 'Sample sheet', about: 'About the cohort', runs: 'Trained by', run: 'Training run {{number}}', provider: 'Computed on', declared: 'Trained elsewhere, as declared', declaredText: 'The lab did not train these generators and cannot verify how they were trained. The gate judges the images alone. Read what was declared before you vote.', noLabels: 'draws without regard to labels', review: 'Release review',
    runGate: 'Run the release gate', gateAsked: 'The gate is asked for.', submit: 'Submit for release', submitted: 'The cohort is in review.', submitText: 'Two reviewers outside your team look at the evidence and vote, each without seeing the other’s vote. Nothing can be changed after this.',
    withdraw: 'Withdraw', withdrawn: 'The cohort is withdrawn.', withdrawText: 'Downloads end at once. The version stays listed with your reason.', withdrawLabel: 'Why?', withdrawnTitle: 'Withdrawn {{at}}',
  },
  gate: {
    title: 'Release gate', evidence: 'Evidence file (JSON)', failed: 'The gate run broke off', waits: 'Waits for a worker …', value: 'this cohort', baseline: 'real against real', threshold: 'limit', passZone: 'passes', rule: 'passes when', more: 'Distribution and further numbers', distribution: 'Distance to the closest training image',
    conditions: 'Conditions of this run', code: 'Code', imagesHash: 'Images (SHA-256)', time: 'Time taken',
    stages: { input: 'Checking the input', encoder: 'Training the search space', embedding: 'Placing every image in it', 'copy-contrastive': 'Looking for copies by content', 'copy-pixel': 'Looking for copies by pixel', 'self-test': 'Planting leaks and catching them', fidelity: 'Comparing the distributions', utility: 'Training on synthetic, testing on real' },
    verdicts: { passed: 'passed', 'passed-method-development-only': 'passed, method development only', refused: 'refused', void: 'void' } satisfies Record<GateVerdict, string>,
    verdictTexts: {
      passed: 'No leak was found, and the cohort resembles the real one closely enough for any use under the terms.', 'passed-method-development-only': 'No leak was found, but the cohort does not resemble the real one closely enough: results from it say nothing about patients. It may be released for method development.',
      refused: 'The gate found what could be a leak of a real person. The cohort cannot be released.', void: 'The gate did not catch the leaks it had planted itself, so its verdict counts for nothing.',
    } satisfies Record<GateVerdict, string>,
    checkVerdicts: { pass: 'pass', fail: 'fail', report: 'for information' }, passesWhen: { 'at-least': 'at least', 'at-most': 'at most', equal: 'equal to', between: 'between', and: 'and' },
    families: {
      'self-test': { title: 'Is the gate awake?', text: 'Before it judges, the gate hides real images in the cohort and must find them.' }, privacy: { title: 'Privacy', text: 'A failure here refuses the release.' },
      fidelity: { title: 'Likeness', text: 'Read against how much real people differ from other real people. A failure marks the cohort for method development only.' }, utility: { title: 'Use', text: 'Does a model trained on the cohort work on real images?' },
    },
    checks: {
      input: { name: 'Input', text: 'The splits share no person, and no image is broken, empty or a duplicate.' }, 'self-test': { name: 'Planted leaks', text: 'Share of planted copies that the search caught, over all forms.' },
      'copy-contrastive': { name: 'Copies by content', text: 'Images that lie closer to a training image than images of other real people ever do, in a space that ignores noise, shift and contrast.' }, 'copy-pixel': { name: 'Copies by pixel', text: 'The same question, pixel by pixel, whatever the shift.' },
      cells: { name: 'Enough people behind each label', text: 'Fewest people of the training split behind any combination of labels that the cohort shows.' }, 'frechet-contrastive': { name: 'Fréchet distance, trained space', text: 'Distance of the real from the real, divided by that of the real from the synthetic: 1 means as like as real people are.' },
      'frechet-random': { name: 'Fréchet distance, random space', text: 'The same in a space that was not trained on these images.' }, coverage: { name: 'Coverage', text: 'Share of real images that have a synthetic one nearby: falls when the generator forgets kinds of people.' },
      density: { name: 'Density', text: 'How closely synthetic images lie to real ones: too low is unlike, too high is crowding.' }, utility: { name: 'Train on synthetic, test on real', text: 'Accuracy of a model trained on the cohort, as a share of one trained on real images.' },
      'label-consistency': { name: 'Labels show in the image', text: 'Share of synthetic images whose calcium grade a model trained on real images confirms.' },
    } satisfies Record<GateCheck, { name: string; text: string }>,
    thresholds: {
      falseAlarmQuantile: 'Share of control images allowed beyond the flagging distance', copySignificance: 'p below which more flagged images than chance fails', plantedShare: 'Share of planted copies in the self-test', minimumCell: 'Fewest people behind a combination of labels',
      frechetRatio: 'Least Fréchet ratio', coverageRatio: 'Least coverage ratio', densityRatioLow: 'Least density ratio', densityRatioHigh: 'Greatest density ratio', utilityRatio: 'Least accuracy ratio', labelConsistency: 'Least share of confirmed labels',
    } satisfies Record<keyof GateThresholds, string>,
    selfTest: { title: 'Planted copies, caught', form: 'Form', planted: 'Planted', contrastive: 'By content', pixel: 'By pixel', caught: 'Caught', caughtOf: '{{caught}} (needs {{needed}})', verdict: 'Verdict', forms: { exact: 'exact', noisy: 'with noise', shifted: 'shifted', contrast: 'contrast changed', flipped: 'mirrored' } satisfies Record<PlantedForm, string> },
    samples: { synthetic: 'synthetic', control: 'other real people', planted: 'planted copies' },
    counts: { synthetic: 'Synthetic images', people: '{{images}} images of {{people}} people' },
    details: {
      copies: 'Copies', copyDistance: 'Copy distance', closestSynthetic: 'Closest synthetic image', closestControl: 'Closest control image', medianSynthetic: 'Median, synthetic', medianControl: 'Median, control', flagged: 'Flagged images', flaggedExpected: 'Expected by chance', flaggedShareLow: 'Flagged share, low end', flaggedShareHigh: 'Flagged share, high end',
      flaggingDistance: 'Flagging distance', pValue: 'p', significance: 'Significance', tailPeople: 'People in the tail', tailExponent: 'Tail exponent', medianPlanted: 'Median, planted', farthestPlanted: 'Farthest planted', forms: 'Forms planted', refusedForms: 'Forms refused', worstForm: 'Hardest form', worstShare: 'Caught of it',
      combinationsShown: 'Combinations shown', combinationsTooSmall: 'Combinations too small', imagesAffected: 'Images affected', tooSmall: 'Too small', distanceRealReal: 'Distance, real to real', distanceRealSynthetic: 'Distance, real to synthetic', images: 'Images', dimensions: 'Dimensions', draws: 'Draws', neighbours: 'Neighbours',
      coverageSynthetic: 'Coverage, synthetic', coverageReal: 'Coverage, real', recallSynthetic: 'Recall, synthetic', recallReal: 'Recall, real', densitySynthetic: 'Density, synthetic', densityReal: 'Density, real', precisionSynthetic: 'Precision, synthetic', precisionReal: 'Precision, real', thresholdHigh: 'Upper limit',
      trainedOnSynthetic: 'Trained on synthetic', trainedOnReal: 'Trained on real', worstSynthetic: 'Worst of the seeds', bestSynthetic: 'Best of the seeds', seeds: 'Seeds', testImages: 'Test images', testPeople: 'Test people', grades: 'Grades', gradesNotJudged: 'Images not judged', problems: 'Problems', notFinite: 'Not finite', outOfRange: 'Out of range', constant: 'Empty', duplicates: 'Duplicates', controlInTraining: 'Control images found in training', peopleInTwoSplits: 'People in two splits',
    },
  },
  pairs: { title: 'Closest pairs', text: 'The pairs of real and synthetic images that lie closest, side by side. For reviewers, inside the lab only.', warning: 'Real images ahead', recorded: 'That you look is recorded in the audit log. Do not copy, photograph or describe these images outside the lab.', show: 'Show the pairs' },
  download: {
    title: 'Download', steps: 'What remains before you can download', ready: 'Everything is in place', toPermit: 'To the permit: sign the terms, see the end date', button: 'Download the bundle', command: 'By command', commandHint: 'Goes on where it broke off when run again. LAB_TOKEN is an access token of your account.', copy: 'Copy', copied: 'Copied',
    checksum: 'Then check that every byte is right:', confirm: 'Check a downloaded copy and get a receipt', confirmHint: 'The file is read here in the browser and sent nowhere; only its checksum goes to the lab.', hashing: 'Reading the file', wrong: 'This is not the whole bundle: its checksum differs. Download it again; a broken download goes on where it stopped.',
    receipt: 'Receipt no. {{number}} is issued', toReceipts: 'To the receipts',
  },
  receipts: { title: 'Receipts', lead: 'Every copy that left the lab, who took it, and under which terms. Signed by the lab.', all: 'All that you may see', number: 'No.', cohort: 'Cohort', person: 'Person', completed: 'Complete', terms: 'Terms version', size: 'Size', proof: 'Proof', show: 'Show', file: 'File', signature: 'Signature (Ed25519)', key: 'Public key', empty: 'No receipts', emptyHint: 'A receipt is issued when a downloaded bundle has been checked.' },
  audit: {
    title: 'Audit log', lead: 'Rows are only ever added, each with the checksum of the one before.', rows: 'Rows', sequence: 'Row', at: 'When', event: 'Event', actor: 'Who', object: 'What', detail: 'Detail', system: 'the lab', anyEvent: 'All events', objectId: 'Id of the object', empty: 'No rows', emptyHint: 'No row fits this filter.',
    verify: 'Verify the chain', whole: 'The chain is whole', broken: 'The chain is broken', wholeText: '{{rows}} rows verified {{at}}.', brokenText: 'The first bad row is no. {{sequence}}. Stop all releases and call the person responsible for security.',
  },
  provenance: {
    title: 'Provenance', lead: 'Origin at the left, what came of it at the right.', link: 'Provenance', from: 'From', relation: 'Relation', to: 'To', empty: 'Nothing recorded yet', emptyHint: 'Relations are written when things are made from one another.',
    relations: { wasDerivedFrom: 'was derived from', wasGeneratedBy: 'was generated by', used: 'used', wasAssociatedWith: 'was associated with', wasAttributedTo: 'was attributed to', wasInformedBy: 'was informed by' } satisfies Record<ProvenanceRelation, string>,
  },
  accessibility: {
    title: 'Accessibility statement', lead: 'How the web pages of the SCAPIS computer lab meet the Swedish act (2018:1937) on accessibility of digital public services.',
    conformance: { title: 'How accessible are the pages?', text: 'The pages are made to meet WCAG 2.1 level AA through EN 301 549. They are partly conformant, because of the shortcomings named below.' },
    shortcomings: { title: 'What does not work yet', text: 'CT images and sample sheets are pictures of pixels and have no text that says what they show; their labels and numbers are given beside them. The PDF documents that applicants attach are not checked for accessibility.' },
    keyboard: { title: 'Keyboard', text: 'Everything can be done from the keyboard. In the image viewer: arrows move, + and − zoom, 0 shows the whole, 1 to 4 choose a window.' },
    tested: { title: 'How we tested', text: 'Each page is checked by axe in both languages at every change, and by hand with the keyboard at 1280 and 390 pixels. The statement was last reviewed in November 2026.' },
    supervision: { title: 'Supervision', text: 'The Agency for Digital Government (Digg) supervises the act. If you are not content with our answer, you may report it to Digg.' },
    report: { title: 'Report a fault', text: 'If something does not work for you, or you need the content in another form, write to us. We answer within two weeks.' },
  },
  decision: { title: 'What may I do here, and why?', allowed: 'you may', refused: 'not now', met: 'Met', notMet: 'Not met', needs: 'Needs:' },
  votes: {
    cast: '{{cast}} of {{needed}} votes cast', blindedTitle: 'Blinded', blinded: 'Nobody sees another’s vote until the review is closed. Two votes alike decide.', yourVote: 'Your vote', decisions: { approve: 'Approve', reject: 'Reject' }, outcome: { approve: 'approved', reject: 'rejected' },
    comment: 'Reason', commentHint: 'Shown to the applicant and the other voters when the review is closed.', final: 'A vote is final.', submit: 'Cast the vote', done: 'Your vote is cast.', notYou: 'You cannot vote here:',
  },
  upload: { choose: 'Choose a file', clear: 'Take the file away', send: 'Upload', sent: '{{sent}} of {{size}} sent', progress: 'Upload' },
  viewer: {
    synthetic: 'SYNTHETIC', failed: 'The image could not be shown', hu: 'about {{hu}} HU', pointHint: 'Point at a pixel for its HU', presets: { full: 'Full', mediastinum: 'Mediastinum', lung: 'Lung', bone: 'Bone' }, zoomIn: 'Zoom in', zoomOut: 'Zoom out', fit: 'Whole', width: 'Window width', centre: 'Window centre',
    help: 'Drag to move. With the image in focus: wheel or + and − zoom, arrows move, 0 shows the whole, 1 to 4 choose a window.',
  },
  chart: { table: 'As a table', seeTable: 'The numbers are in the table beneath', name: 'Group', from: 'From', to: 'To', count: 'Count' },
  track: { done: 'done', now: 'now', later: 'to come', failed: 'ended here' },
  labels: { calciumGrade: 'Calcium grade', grades: { none: 'none', mild: 'mild', moderate: 'moderate', severe: 'severe' } satisfies Record<CalciumGrade, string>, sexes: { female: 'women', male: 'men' } satisfies Record<Sex, string> },
  splits: { T: 'Trains the generator (T)', H: 'Held out as control (H)', R: 'Reference (R)' } satisfies Record<Split, string>,
  deidentification: { kept: 'kept', removed: 'removed', 'removed-private': 'private, removed', 'removed-unknown': 'unknown, removed', emptied: 'emptied', dummied: 'replaced by a dummy', 'uid-mapped': 'UID replaced', pseudonymised: 'pseudonymised', 'date-shifted': 'date shifted', 'date-failed': 'date removed, it could not be shifted' },
  findings: {
    few_slices: 'The series has fewer than three slices.', mixed_orientation: 'The slices do not all lie the same way.', mixed_size: 'The slices do not all have the same number of rows and columns.', mixed_spacing: 'The slices do not all have the same pixel size.', duplicate_position: 'Two slices lie at the same place.',
    gap: 'Slices are missing: a distance is larger than the usual one.', gantry_tilt: 'The slices are shifted sideways from one to the next (tilted gantry).',
  },
  validation: {
    required: 'Fill this in.', choose: 'Choose at least one.', tooShort_one: 'Write at least {{count}} character.', tooShort_other: 'Write at least {{count}} characters.', tooLong_one: 'At most {{count}} character.', tooLong_other: 'At most {{count}} characters.', tooSmall: 'At least {{minimum}}.', tooBig: 'At most {{maximum}}.', date: 'Give a date.',
    number: 'Give a number.', format: 'This does not have the right form.', ethicsNumber: 'The number has the form 2026-01234-01.', invalid: 'This is not valid.',
  },
  roles: { applicant: 'applicant', 'lab-admin': 'lab administrator', reviewer: 'reviewer', pilot: 'pilot', auditor: 'auditor', operator: 'operator' } satisfies Record<Role, string>,
  states: {
    draft: 'draft', submitted: 'sent in', returned: 'returned', approved: 'approved', rejected: 'rejected', withdrawn: 'withdrawn', empty: 'empty', quarantined: 'in quarantine', ingesting: 'being taken in', checked: 'ready to look at', failed: 'failed',
    queued: 'queued', running: 'running', completed: 'complete', cancelled: 'cancelled', synthesising: 'being drawn', gating: 'in the gate', passed: 'passed the gate', refused: 'refused by the gate', 'in-review': 'in review', packing: 'being packed', released: 'released',
    declared: 'declared', accepted: 'accepted', 'turned-down': 'turned down', active: 'in force', expired: 'expired', revoked: 'revoked',
  } satisfies Record<AnyState, string>,
  conditions: {
    'signed-in': 'You are signed in.', 'has-role': 'You have one of the roles {{roles}}.', 'is-member': 'You belong to the project, or to the lab’s staff.', 'is-applicant': 'You are the applicant.', 'is-author': 'You are the author.', 'is-staff': 'You belong to the lab’s staff.', 'state-allows': 'The present state allows it (now: {{state}}).',
    'not-own': 'You are not the author.', 'not-team-mate': 'You do not belong to the project’s team.', 'not-voted': 'The review is open and you have not voted.', 'not-signed': 'You have not signed yet.', 'not-uploader': 'You are not the one who uploaded it.', 'permit-active': 'The permit has begun ({{from}}).', 'permit-not-expired': 'The permit has not ended ({{until}}).',
    'permit-not-revoked': 'The permit has not been revoked.', 'permit-names-dataset': 'The permit names the dataset.', 'permit-names-person': 'The permit names you.', 'terms-signed': 'You have signed the terms in force.', 'dataset-approved': 'The dataset version is approved (now: {{state}}).', 'cohort-released': 'The cohort is released (now: {{state}}).',
    'gate-passed': 'The cohort has passed the release gate (verdict: {{verdict}}).', 'generator-ready': 'The generators come from complete runs of this project.', 'form-complete': 'The form is complete (missing: {{missing}}).', 'nobody-voted': 'Nobody has voted yet.',
  } satisfies Record<ConditionCode, string>,
  errors: {
    network: 'The lab did not answer. Check the connection and try again.',
    invalid_input: 'What was sent does not have the form this page expects.', not_signed_in: 'You are not signed in, or your session has ended. Sign in again.', forbidden: 'You may not do this now.', cross_site_request: 'This came from another site and was refused. Open the lab itself and try again.', not_found: 'There is no such thing, or you may not see it.',
    conflict: 'Someone changed this meanwhile. Load the page again and repeat what you did.', wrong_state: 'This cannot be done in the present state.', already_voted: 'You have already voted here. A vote is final.', conflict_of_interest: 'You belong to the team or are the author, so you may not take part in this decision.', too_large: 'The upload is larger than the lab takes in one piece. Split it and upload the parts.',
    range_not_satisfiable: 'The part asked for lies outside the file.', upload_invalid: 'The upload could not be read. Nothing of it was kept.', upload_empty: 'The upload holds no file. Choose a zip that holds DICOM files.', upload_hostile: 'The archive was refused because it could harm the lab. Nothing of it was kept.', dataset_too_small: 'The dataset has too few people for this. Take in more people or merge labels.', privacy_required: 'This dataset takes only training with differential privacy. Turn it on and choose an epsilon.', privacy_budget_exceeded: 'The dataset has less privacy budget left than this run would spend. Choose more noise, fewer steps or a lower epsilon.',
    training_diverged: 'Training gave numbers that are not finite and was stopped. The last good checkpoint is kept.', checkpoint_damaged: 'The checkpoint cannot be read. Start the run again from its last good checkpoint.', too_many_requests: 'Too many requests. Wait a little and try again.', internal: 'Something went wrong in the lab. Report the request id to the lab.', configuration_invalid: 'The lab is not set up right.',
    database_unavailable: 'The lab cannot reach its database just now. Nothing was lost; try again in a moment.', queue_unavailable: 'The lab cannot reach its queue just now. Nothing was lost; try again in a moment.', identity_unavailable: 'The lab cannot reach its identity provider just now. Try again in a moment.', storage_full: 'The lab has no disk space left. Nothing half-written was kept.', storage_damaged: 'A stored file does not match its checksum. The lab must restore it.',
  } satisfies Record<ErrorCode | 'network', string>,
  actions: {
    'application:create': 'Begin an application', 'application:read': 'Read the application', 'application:edit': 'Change the form', 'application:submit': 'Send in', 'application:withdraw': 'Withdraw', 'application:return': 'Return with comment', 'application:vote': 'Vote on the application', 'permit:read': 'Read the permit', 'permit:sign': 'Sign the terms',
    'permit:revoke': 'Revoke the permit', 'dataset:create': 'Create a dataset', 'dataset:read': 'Read the dataset', 'dataset:ingest': 'Upload', 'dataset:inspect': 'Look at the files and the contact sheet', 'dataset:approve': 'Approve or reject', 'training:create': 'Start training', 'training:read': 'Read the run', 'training:cancel': 'Cancel the run', 'generator:import': 'Bring in a generator', 'generator:read': 'Read about the generator', 'sheet:view': 'See the sample sheet',
    'cohort:create': 'Draw a cohort', 'cohort:read': 'Read the cohort', 'gate:run': 'Run the release gate', 'gate:read': 'Read the evidence', 'pairs:view': 'See the closest pairs', 'release:submit': 'Submit for release', 'release:vote': 'Vote on the release', 'release:withdraw': 'Withdraw the release', 'cohort:download': 'Download', 'receipt:read': 'Read receipts',
    'audit:read': 'Read the audit log', 'provenance:read': 'See the provenance', 'system:read': 'See the lab’s own state',
  } satisfies Record<Action, string>,
  objects: {
    person: 'person', application: 'application', permit: 'permit', terms: 'terms', dataset: 'dataset', 'dataset-version': 'dataset version', 'training-run': 'training run', checkpoint: 'checkpoint', 'generator-import': 'generator from elsewhere', generator: 'generator', 'synthesis-run': 'synthesis run', cohort: 'cohort', 'cohort-version': 'cohort version', 'gate-run': 'gate run', review: 'review',
    download: 'download', receipt: 'receipt', session: 'session', audit: 'audit log',
  } satisfies Record<ObjectKind, string>,
  events: {
    'session.opened': 'Signed in', 'session.closed': 'Signed out', 'application.created': 'Application begun', 'application.edited': 'Application changed', 'application.member-added': 'Member added', 'application.member-removed': 'Member removed', 'application.document-added': 'Document attached', 'application.submitted': 'Application sent in', 'application.returned': 'Application returned',
    'application.withdrawn': 'Application withdrawn', 'application.voted': 'Vote cast', 'application.approved': 'Application approved', 'application.rejected': 'Application rejected', 'permit.granted': 'Permit granted', 'permit.terms-signed': 'Terms signed', 'permit.revoked': 'Permit revoked', 'dataset.created': 'Dataset created', 'dataset.version-created': 'Version opened', 'dataset.uploaded': 'Upload into quarantine',
    'dataset.ingest-started': 'Taking in begun', 'dataset.checked': 'Taken in and checked', 'dataset.approved': 'Dataset version approved', 'dataset.rejected': 'Dataset version rejected', 'dataset.ingest-failed': 'Taking in failed', 'training.requested': 'Training asked for', 'training.started': 'Training begun', 'training.completed': 'Training complete', 'training.cancelled': 'Training cancelled', 'training.failed': 'Training failed', 'privacy.reserved': 'Privacy budget reserved', 'privacy.settled': 'Privacy budget settled',
    'generator.declared': 'Generator declared', 'generator.uploaded': 'Generator uploaded', 'generator.accepted': 'Generator accepted', 'generator.turned-down': 'Generator turned down', 'generator.check-failed': 'Generator check failed',
    'synthesis.requested': 'Drawing asked for', 'synthesis.completed': 'Cohort drawn', 'synthesis.failed': 'Drawing failed', 'gate.requested': 'Gate asked for', 'gate.passed': 'Gate passed', 'gate.refused': 'Refused by the gate', 'gate.failed': 'Gate run broke off', 'gate.pairs-viewed': 'Closest pairs looked at', 'release.submitted': 'Submitted for release', 'release.voted': 'Vote cast on the release', 'release.approved': 'Release approved',
    'release.rejected': 'Release rejected', 'release.released': 'Released', 'release.withdrawn': 'Release withdrawn', 'download.opened': 'Download begun', 'download.completed': 'Download complete', 'download.refused': 'Download refused', 'receipt.issued': 'Receipt issued', 'audit.verified': 'Chain verified',
  } satisfies Record<AuditEventType, string>,
};

/** The shape that each language must have: the same keys, all text. */
export type Messages = typeof en;
