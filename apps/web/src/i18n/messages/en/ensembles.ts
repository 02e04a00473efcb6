export const ensemblesMessages = {
  ensembles: {
    title: 'Ensembles',
    lead: '{{dataset}}, asked for by {{name}}',
    empty: 'No ensembles',
    emptyHint: 'A run of two or more networks shows up here.',
    members: 'Networks',
    membersHint:
      'Two or more are trained as an ensemble, each under a seed of its own and side by side where the lab has workers. What one of them misses, another may have learnt.',
    membersOf: '{{count}} networks',
    create: 'Start the ensemble',
    runs: 'Training runs',
    run: 'Run',
    compare: 'Compare the runs',
    text: {
      training:
        'The networks are being trained. Generators at 60, 80 and 100 % of the steps are set aside.',
      choosing:
        'Trained. A worker draws from each generator and looks whom of the reference people the images come close to.',
      completed:
        'The generators below draw together: the last of each run that helps, and an earlier one where clearly more of the reference people are covered with it.',
      cancelled: 'It was cancelled.',
      failed: 'It failed.',
    },
    choice: 'What was chosen',
    choiceText:
      'Coverage is the share of {{images}} reference images that have a drawn one of the same grade close by. Generators were added one by one, for each grade, as long as coverage rose; the same one may count more than once. People held out for the release gate took no part.',
    coverage: 'Coverage',
    coverages: {
      training: 'Training images, for comparison',
      mean: 'Last generator of a run, on average',
      best: 'Best single generator',
      even: 'All last generators alike',
      chosen: 'The ensemble',
    },
    who: 'Drawn from',
    gain: 'The ensemble covers {{gain}} percentage points more than the runs’ last generators on average.',
    noGain: 'No ensemble covered more than a single generator.',
    path: 'Coverage after each generator added',
    added: 'generators added',
    shares: 'Who draws which grade',
    generator: 'Run {{run}}, step {{step}}',
    cancel: 'Cancel',
    cancelled: 'The ensemble is cancelled; its runs stop after their present slice.',
    cancelText: 'All its runs stop after their present slice. Their checkpoints are kept.',
    draw: 'Draw a cohort',
    failed: 'The ensemble failed',
    ofEnsemble: 'Part of an ensemble',
    toEnsemble: 'To the ensemble',
    from: 'Draw from',
    byHand: 'Generators that I choose',
    option: '{{title}}: coverage {{coverage}}',
  },
};
