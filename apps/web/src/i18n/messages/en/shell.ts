export const shellMessages = {
  shell: {
    brand: 'SCAPIS computer lab',
    skip: 'Skip to content',
    places: 'Places in the lab',
    openMenu: 'Open menu',
    closeMenu: 'Close menu',
    otherLanguage: 'Svenska',
    account: '{{name}}, your account',
    dark: 'Dark colours',
    light: 'Light colours',
    signOut: 'Sign out',
    notifications_one: 'Messages: {{count}} unread',
    notifications_other: 'Messages: {{count}} unread',
    footer:
      'Synthetic images are for research only, never for patients. Every act in the lab is recorded.',
    accessibility: 'Accessibility',
    nav: {
      home: 'Home',
      applications: 'Applications',
      permits: 'Permits',
      datasets: 'Datasets',
      training: 'Training runs',
      cohorts: 'Synthetic cohorts',
      receipts: 'Receipts',
      audit: 'Audit log',
    },
  },
  problem: { title: 'That did not work', requestId: 'Quote this id to the lab:' },
  notFound: {
    title: 'Nothing here',
    text: 'There is no page at this address.',
    hint: 'It may have moved, or the link was cut short. What waits for you is on the home page.',
    home: 'To the home page',
  },
  errorPage: {
    title: 'This page failed',
    lead: 'The lab may have been updated while the page was open. Nothing you had sent was lost.',
    reload: 'Load again',
  },
  accessibility: {
    title: 'Accessibility statement',
    lead: 'How the web pages of the SCAPIS computer lab meet the Swedish act (2018:1937) on accessibility of digital public services.',
    conformance: {
      title: 'How accessible are the pages?',
      text: 'The pages are made to meet WCAG 2.1 level AA through EN 301 549. They are partly conformant, because of the shortcomings named below.',
    },
    shortcomings: {
      title: 'What does not work yet',
      text: 'CT images and sample sheets are pictures of pixels and have no text that says what they show; their labels and numbers are given beside them. The PDF documents that applicants attach are not checked for accessibility.',
    },
    keyboard: {
      title: 'Keyboard',
      text: 'Everything can be done from the keyboard. In the image viewer: arrows move, + and − zoom, 0 shows the whole, 1 to 4 choose a window.',
    },
    tested: {
      title: 'How we tested',
      text: 'Each page is checked by axe in both languages at every change, and by hand with the keyboard at 1280 and 390 pixels. The statement was last reviewed in November 2026.',
    },
    supervision: {
      title: 'Supervision',
      text: 'The Agency for Digital Government (Digg) supervises the act. If you are not content with our answer, you may report it to Digg.',
    },
    report: {
      title: 'Report a fault',
      text: 'If something does not work for you, or you need the content in another form, write to us. We answer within two weeks.',
    },
  },
};
