/** Mantine, told to use the tokens of `static/tokens.css`; the colour scheme lives in a cookie. */
import {
  type CSSVariablesResolver,
  createTheme,
  isMantineColorScheme,
  type MantineColorSchemeManager,
  type VariantColorsResolver,
} from '@mantine/core';
import { readCookie, writeCookie } from '../locales/cookies.ts';

const COOKIE = 'switchboard.theme';

export const colorSchemes: MantineColorSchemeManager = {
  get: (fallback) => {
    const kept = readCookie(COOKIE);
    return isMantineColorScheme(kept) ? kept : fallback;
  },
  set: (scheme) => writeCookie(COOKIE, scheme === 'auto' ? undefined : scheme),
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => writeCookie(COOKIE, undefined),
};

/** Three buttons: the one primary action, the destructive one, everything else; quiet ones are muted. */
const variantColors: VariantColorsResolver = ({ variant, color }) => {
  const token = color === 'off' ? 'off' : color === 'quiet' ? 'muted' : 'accent';
  if (variant === 'filled')
    return {
      background: `var(--${token})`,
      hover: `var(--${token}-strong)`,
      color: `var(--on-${token})`,
      border: '1px solid transparent',
    };
  if (variant === 'subtle')
    return {
      background: 'transparent',
      hover: 'var(--hover)',
      color: `var(--${token})`,
      border: '1px solid transparent',
    };
  return {
    background: 'var(--raised)',
    hover: 'var(--hover)',
    color: 'var(--ink)',
    border: '1px solid var(--control-line)',
  };
};

export const theme = createTheme({
  fontFamily: "'Heebo Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '13px', sm: '14px', md: '16px', lg: '20px', xl: '28px' },
  fontWeights: { regular: '400', medium: '500', bold: '650' },
  headings: { fontWeight: '650' },
  defaultRadius: '8px',
  primaryShade: 8,
  autoContrast: true,
  respectReducedMotion: true,
  cursorType: 'pointer',
  variantColorResolver: variantColors,
  components: {
    // What is said of a field stands below it, so that fields side by side stand at one height.
    InputWrapper: {
      defaultProps: { inputWrapperOrder: ['label', 'input', 'error', 'description'] },
    },
  },
});

const tokens = {
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-body': 'var(--raised)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-placeholder': 'var(--muted)',
  '--mantine-color-error': 'var(--off)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--control-line)',
  '--mantine-color-disabled': 'var(--ground)',
  '--mantine-color-disabled-color': 'var(--muted)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-strong)',
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: tokens,
  dark: tokens,
});
