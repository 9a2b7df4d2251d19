// web/app: how Mantine's parts take our colours. The colours themselves are in tokens.css; light, dark or as the system says is remembered.
import { type MantineColorsTuple, createTheme, localStorageColorSchemeManager } from '@mantine/core';

const sea: MantineColorsTuple = ['#e6f5f8', '#cfe9ee', '#a4d4de', '#75bfcd', '#4fadbf', '#3899ad', '#1b7d91', '#0a6675', '#07535f', '#043f49'];

/** The grounds and lines of the dark scheme, as in tokens.css. */
const dark: MantineColorsTuple = ['#e7edf0', '#a3b0b9', '#8494a0', '#5c6b75', '#3b484f', '#2a353b', '#1c2529', '#161d21', '#11181b', '#0f1518'];

export const theme = createTheme({
  primaryColor: 'sea',
  primaryShade: { light: 7, dark: 4 },
  colors: { sea, dark },
  defaultRadius: 4,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
});

export const schemes = localStorageColorSchemeManager({ key: 'holdfast-theme' });
