/** What every app begins with: language, colours, the query cache and its own router. */
import '@fontsource-variable/heebo/wght.css';
import '../ui/mantine.css';
import '../ui/base.css';
import '../ui/fields.css';
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type AnyRouter, RouterProvider } from '@tanstack/react-router';
import { type ComponentProps, type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { directionOf, startLanguage } from '../locales/language.ts';
import { colorSchemes, cssVariables, theme } from '../ui/theme.ts';
import { AppWords } from './app-words.ts';

type App = {
  router: AnyRouter;
  client: QueryClient;
  words?: ComponentProps<typeof AppWords>['value'];
  /** What stands beside the pages. */
  beside?: ReactNode;
};

export async function startApp({ router, client, words = {}, beside }: App): Promise<void> {
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
            <AppWords value={words}>
              <RouterProvider router={router} />
            </AppWords>
            {beside}
          </QueryClientProvider>
        </MantineProvider>
      </DirectionProvider>
    </StrictMode>,
  );
}
