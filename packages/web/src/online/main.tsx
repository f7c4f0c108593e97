/** The online: an account's workspace at its own server's address. */
import '@fontsource-variable/heebo/wght.css';
import '../ui/mantine.css';
import '../ui/base.css';
import '../ui/fields.css';
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { newClient } from '../api/client.ts';
import { directionOf, startLanguage } from '../locales/language.ts';
import { colorSchemes, cssVariables, theme } from '../ui/theme.ts';
import { router } from './routes.tsx';
import { endVisit } from './visit.ts';

const client = newClient((failure) => endVisit(router, client, failure));

await startLanguage();

createRoot(document.getElementById('app') as HTMLElement).render(
  <StrictMode>
    <DirectionProvider initialDirection={directionOf(document.documentElement.lang)}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={colorSchemes}
        defaultColorScheme="auto"
      >
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  </StrictMode>,
);
