// First: it puts the layers of the style sheets in order.
import './app/app.css';
import './app/mantine.ts';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startI18n } from './i18n/index.ts';
import { router } from './router.tsx';
import { queryClient } from './api/queries.ts';
import { theme, themeStyleSheet } from './app/theme.ts';

document.adoptedStyleSheets = [themeStyleSheet()];
await startI18n();
const element = document.getElementById('root');
if (!element) throw new Error('index.html has no element #root');
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        withCssVariables={false}
        withGlobalClasses={false}
        deduplicateCssVariables={false}
      >
        <RouterProvider router={router} />
        <Notifications position="bottom-right" autoClose={5_000} />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
