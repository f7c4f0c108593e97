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
import { safeNext } from './next.ts';
import { ErrorPage } from './pages/online/error.tsx';
import { HomePage } from './pages/online/home.tsx';
import { SignInPage } from './pages/online/sign-in.tsx';

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(
    () => import('./pages/online/not-found.tsx'),
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
    () => import('./pages/online/second-factor.tsx'),
    'SecondFactorPage',
  ),
});

const forgotPassword = createRoute({
  ...page,
  path: '/forgot-password',
  component: lazyRouteComponent(
    () => import('./pages/online/forgot-password.tsx'),
    'ForgotPasswordPage',
  ),
});

const resetPassword = createRoute({
  ...page,
  path: '/reset-password',
  validateSearch: tokenSearch,
  component: lazyRouteComponent(
    () => import('./pages/online/reset-password.tsx'),
    'ResetPasswordPage',
  ),
});

const invitation = createRoute({
  ...page,
  path: '/invitation',
  validateSearch: tokenSearch,
  component: lazyRouteComponent(() => import('./pages/online/invitation.tsx'), 'InvitationPage'),
});

const accounts = createRoute({
  ...page,
  path: '/accounts',
  component: lazyRouteComponent(() => import('./pages/online/accounts.tsx'), 'AccountsPage'),
});

const profile = createRoute({
  ...page,
  path: '/profile',
  component: lazyRouteComponent(() => import('./pages/online/profile.tsx'), 'ProfilePage'),
});

const account = createRoute({
  ...page,
  path: '/accounts/$accountId',
  beforeLoad: ({ params }) => {
    if (!/^[1-9]\d{0,6}$/.test(params.accountId)) throw notFound();
  },
  component: lazyRouteComponent(() => import('./pages/online/account.tsx'), 'AccountLayout'),
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
    () => import('./pages/online/workflow-builder.tsx'),
    'WorkflowBuilderPage',
  ),
});

const settings = createRoute({
  ...inAccount,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/online/settings.tsx'), 'SettingsPage'),
});

const agents = createRoute({
  ...inAccount,
  path: '/agents',
  component: lazyRouteComponent(() => import('./pages/online/agents.tsx'), 'AgentsPage'),
});

const activity = createRoute({
  ...inAccount,
  path: '/activity',
  component: lazyRouteComponent(() => import('./pages/online/activity.tsx'), 'ActivityPage'),
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
