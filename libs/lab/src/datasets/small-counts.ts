/**
 * Small-count suppression: a combination of labels that fewer subjects share is shown to nobody,
 * since the number itself would tell of them.
 */
export const smallestShownCell = 10;
