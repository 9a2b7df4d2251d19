// web: starts the UI. Everything that it shows comes from /api/v1 of the server that it was loaded from.
import '@mantine/core/styles.css';
import './app/tokens.css';
import './app/shell.css';
import './parts/parts.css';
import './charts/charts.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { queries } from './app/api.ts';
import { router } from './app/router.tsx';
import { schemes, theme } from './app/theme.ts';

createRoot(document.getElementById('root')!).render(
  <MantineProvider theme={theme} colorSchemeManager={schemes} defaultColorScheme="auto">
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
);
