/** Every page of the online. All but the sign-in page are loaded when they are opened. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ErrorPage } from '../signing-in/error.tsx';
import { safeNext } from '../signing-in/next.ts';
import { SignInPage } from '../signing-in/sign-in.tsx';
import { activitySearch } from './account/activity/activity-search.ts';
import { HomePage } from './home.tsx';

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(
    () => import('../signing-in/not-found.tsx'),
    'NotFoundPage',
  ),
});

const nextSearch = (search: Record<string, unknown>): { next?: string } => {
  const next = safeNext(search.next);
  return next ? { next } : {};
};

const tokenSearch = (search: Record<string, unknown>): { token?: string } =>
  typeof search.token === 'string' || typeof search.token === 'number'
    ? { token: String(search.token) }
    : {};

const page = { getParentRoute: () => root };

const home = createRoute({ ...page, path: '/', component: HomePage });

const signIn = createRoute({
  ...page,
  path: '/sign-in',
  validateSearch: nextSearch,
  component: SignInPage,
});

const secondFactor = createRoute({
  ...page,
  path: '/second-factor',
  validateSearch: nextSearch,
  component: lazyRouteComponent(
    () => import('../signing-in/second-factor.tsx'),
    'SecondFactorPage',
  ),
});

const forgotPassword = createRoute({
  ...page,
  path: '/forgot-password',
  component: lazyRouteComponent(
    () => import('../signing-in/forgot-password.tsx'),
    'ForgotPasswordPage',
  ),
});

const resetPassword = createRoute({
  ...page,
  path: '/reset-password',
  validateSearch: tokenSearch,
  component: lazyRouteComponent(
    () => import('../signing-in/reset-password.tsx'),
    'ResetPasswordPage',
  ),
});

const invitation = createRoute({
  ...page,
  path: '/invitation',
  validateSearch: tokenSearch,
  component: lazyRouteComponent(() => import('../signing-in/invitation.tsx'), 'InvitationPage'),
});

const accounts = createRoute({
  ...page,
  path: '/accounts',
  component: lazyRouteComponent(() => import('./accounts.tsx'), 'AccountsPage'),
});

const profile = createRoute({
  ...page,
  path: '/profile',
  component: lazyRouteComponent(() => import('./profile/profile.tsx'), 'ProfilePage'),
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
  signIn,
  secondFactor,
  forgotPassword,
  resetPassword,
  invitation,
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
