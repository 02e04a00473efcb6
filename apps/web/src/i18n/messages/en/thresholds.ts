export const thresholdsMessages = {
  thresholds: {
    inForce: 'Version {{number}}, in force since {{at}}, set by {{name}}',
    someone: 'the lab',
    first: 'Set when the dataset was created.',
    applies:
      'Each training run and each generator brought in keeps the limits that were in force when it was asked for. A change applies to what is asked for after it.',
    change: 'Set new limits',
    changeHint:
      'Version {{number}} stays as it is, and so does all training that was asked for under it. Your name and your reason stand beside the new version for ever.',
    reason: 'Reason',
    reasonHint:
      'What has become known, and why it calls for other limits. Everyone who may see the dataset reads it.',
    set: 'Set version {{number}}',
    done: 'The new limits are in force.',
    willChange: 'This will change',
    willNotChange: 'Nothing is changed yet.',
    history: 'All versions, with reasons',
    version: 'No.',
    at: 'Since',
    by: 'By',
    changes: 'What changed',
    fromTo: '{{name}}: {{before}} to {{after}} ({{direction}})',
    stricter: 'stricter',
    looser: 'looser',
    judgedBy: 'Limits',
    versions_one: 'version {{numbers}}',
    versions_other: 'the strictest of versions {{numbers}}',
    unversioned: 'from before limits had versions',
    ofRun: 'Limits of the gate',
    ofRunVersion: 'version {{number}}',
  },
  override: {
    title: 'Can the gate be overridden?',
    text: 'The gate refused the cohort: it may hold images that lie too close to a real person. Two people outside the team, lab administrators or reviewers, can each sign that it may be reviewed all the same. Each writes a reason of their own. It stays with the cohort for ever.',
    checks: 'Failed',
    never:
      'This verdict can never be overridden: what was not measured, or not recorded, is not known to be safe.',
    finalChecks: 'Stands in the way',
    signed: '{{signed}} of {{needed}} signatures',
    name: 'Name each failed check that you set aside',
    reason: 'Your own reason',
    reasonHint:
      'At least 40 characters. The team, the reviewers and everyone who gets a copy reads it.',
    final:
      'A signature cannot be taken back. It does not release the cohort: that takes two votes after it.',
    sign: 'Sign the override',
    done: 'Your signature stands.',
    notYou: 'You cannot sign here:',
    waits: 'Waits for a second person. Nothing leaves the lab before that.',
    mark: 'In spite of a failed privacy check',
    markTitle: 'In spite of failed privacy check: {{checks}}',
    markText: 'The gate refused the cohort. {{names}} set that aside, each with a reason:',
    inBundle:
      'The bundle and your receipt say that the cohort was released in spite of a failed privacy check, by whom and why.',
    releasedTitle: 'Released in spite of failed privacy check: {{checks}}',
    and: 'and',
  },
};
