/** Every page of the online. All but the sign-in page are loaded when they are opened. */
import {
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router';
import { ErrorPage } from '../signing-in/error.tsx';
import { root, signingIn } from '../signing-in/routes.tsx';
import { activitySearch } from './account/activity/activity-search.ts';
import { HomePage } from './home.tsx';

const page = { getParentRoute: () => root };

const home = createRoute({ ...page, path: '/', component: HomePage });

const accounts = createRoute({
  ...page,
  path: '/accounts',
  component: lazyRouteComponent(() => import('./accounts.tsx'), 'AccountsPage'),
});

const profile = createRoute({
  ...page,
  path: '/profile',
  component: lazyRouteComponent(() => import('./profile.tsx'), 'ProfilePage'),
});

const account = createRoute({
  ...page,
  path: '/accounts/$accountId',
  beforeLoad: ({ params }) => {
    if (!/^[1-9]\d{0,6}$/.test(params.accountId)) throw notFound();
  },
  component: lazyRouteComponent(() => import('./account/account.tsx'), 'AccountLayout'),
});

const inAccount = { getParentRoute: () => account };

const accountHome = createRoute({
  ...inAccount,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/accounts/$accountId/workflow-builder', params, replace: true });
  },
});

const builder = createRoute({
  ...inAccount,
  path: '/workflow-builder',
  component: lazyRouteComponent(
    () => import('./account/workflow-builder.tsx'),
    'WorkflowBuilderPage',
  ),
});

const settings = createRoute({
  ...inAccount,
  path: '/settings',
  component: lazyRouteComponent(() => import('./account/settings/settings.tsx'), 'SettingsPage'),
});

const agents = createRoute({
  ...inAccount,
  path: '/agents',
  component: lazyRouteComponent(() => import('./account/agents.tsx'), 'AgentsPage'),
});

const activity = createRoute({
  ...inAccount,
  path: '/activity',
  validateSearch: activitySearch,
  component: lazyRouteComponent(() => import('./account/activity/activity.tsx'), 'ActivityPage'),
});

const routeTree = root.addChildren([
  home,
  ...signingIn,
  accounts,
  profile,
  account.addChildren([accountHome, builder, settings, agents, activity]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
