/** The pages that both apps have, and the root that every page of an app hangs on. */
import { createRootRoute, createRoute, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { safeNext } from './next.ts';
import { SignInPage } from './sign-in.tsx';

export const root = createRootRoute({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(() => import('./not-found.tsx'), 'NotFoundPage'),
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
  component: lazyRouteComponent(() => import('./second-factor.tsx'), 'SecondFactorPage'),
});

const forgotPassword = createRoute({
  ...page,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./forgot-password.tsx'), 'ForgotPasswordPage'),
});

const resetPassword = createRoute({
  ...page,
  path: '/reset-password',
  validateSearch: tokenSearch,
  component: lazyRouteComponent(() => import('./reset-password.tsx'), 'ResetPasswordPage'),
});

const invitation = createRoute({
  ...page,
  path: '/invitation',
  validateSearch: tokenSearch,
  component: lazyRouteComponent(() => import('./invitation.tsx'), 'InvitationPage'),
});

export const signingIn = [signIn, secondFactor, forgotPassword, resetPassword, invitation] as const;
