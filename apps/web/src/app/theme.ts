import {
  createTheme,
  defaultCssVariablesResolver,
  mergeMantineTheme,
  DEFAULT_THEME,
  type MantineColorsTuple,
} from '@mantine/core';

/**
 * Blue-green of scrubs and water; shade 7 on white and white on shade 7 reach 5.7:1 (WCAG 1.4.3
 * asks 4.5:1).
 */
const lab: MantineColorsTuple = [
  '#e9f5f7',
  '#d3e9ed',
  '#a5d3db',
  '#74bcc9',
  '#4ca8b8',
  '#2f97a9',
  '#167787',
  '#0c7084',
  '#085c6d',
  '#034655',
];
/** Cooler than Mantine's, so that white cards lie on a calm ground. */
const gray: MantineColorsTuple = [
  '#f5f8fa',
  '#ebf0f3',
  '#dde5ea',
  '#c8d3da',
  '#a9b8c2',
  '#84959f',
  '#5b6c77',
  '#465661',
  '#33414b',
  '#202b33',
];

/** For acts that cannot be undone and for faults; shade 7 on the page's ground reaches 6:1. */
const danger: MantineColorsTuple = [
  '#fdeeec',
  '#f9d5d1',
  '#f5b5af',
  '#f0958c',
  '#e05a4e',
  '#d23f33',
  '#bd3026',
  '#a8251d',
  '#8c1b15',
  '#6d120d',
];

/** For what should be read before going on; shade 7 on the page's ground reaches 5:1. */
const warning: MantineColorsTuple = [
  '#fff6e0',
  '#ffeac0',
  '#fbd88a',
  '#f5c252',
  '#e9a91f',
  '#cf8f0c',
  '#b27703',
  '#8f5f00',
  '#6f4a00',
  '#523600',
];

/** For what has gone well; shade 7 on the page's ground reaches 6:1. */
const success: MantineColorsTuple = [
  '#e8f6ec',
  '#cfebd8',
  '#a6d8b6',
  '#78c291',
  '#50ac70',
  '#34955a',
  '#277f4a',
  '#1d6a3c',
  '#155530',
  '#0e4024',
];

const colors = { lab, gray, danger, warning, success };
declare module '@mantine/core' {
  /**
   * Of a colour that the theme does not have, Mantine makes a style that browsers ignore. `dimmed`
   * is its own word for the colour of quiet text.
   */
  export interface MantineThemeColorsOverride {
    colors: Record<keyof typeof colors | 'dimmed', MantineColorsTuple>;
  }
}

const systemFont =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

export const theme = createTheme({
  primaryColor: 'lab',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  colors,
  black: '#15222b',
  fontFamily: systemFont,
  fontFamilyMonospace:
    'ui-monospace, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontFamily: systemFont,
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.75rem', lineHeight: '1.25' },
      h2: { fontSize: '1.25rem', lineHeight: '1.35' },
      h3: { fontSize: '1.0625rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '2px', sm: '4px', md: '7px', lg: '12px', xl: '20px' },
  respectReducedMotion: true,
  focusRing: 'auto',
});

/**
 * The theme's CSS variables as a constructed style sheet. Mantine would write them in a <style>
 * element, which the lab's content security policy refuses; a constructed sheet is script, not
 * inline style.
 */
export function themeStyleSheet(): CSSStyleSheet {
  const { variables, light, dark } = defaultCssVariablesResolver(
    mergeMantineTheme(DEFAULT_THEME, theme),
  );
  const block = (selector: string, values: Record<string, string>): string =>
    `${selector}{${Object.entries(values)
      .map(([name, value]) => `${name}:${value}`)
      .join(';')}}`;
  // Mantine's own red is too pale for text (WCAG 1.4.3).
  const fault = { '--mantine-color-error': 'var(--lab-bad)' };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    [
      block(':root', variables),
      block(':root[data-mantine-color-scheme="light"]', {
        ...light,
        '--mantine-color-dimmed': 'var(--mantine-color-gray-6)',
        '--mantine-color-placeholder': 'var(--mantine-color-gray-6)',
        '--mantine-color-body': '#f5f8fa',
        ...fault,
      }),
      block(':root[data-mantine-color-scheme="dark"]', {
        ...dark,
        '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
        '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
        ...fault,
      }),
    ].join('\n'),
  );
  return sheet;
}
