// web/parts: is this the width of a phone? The style sheets ask the same (36rem): cells of a row are stacked, a graph runs from top to bottom.
import { useMediaQuery } from '@mantine/hooks';

export const useNarrow = (): boolean => useMediaQuery('(max-width: 36rem)', false, { getInitialValueInEffect: false });
