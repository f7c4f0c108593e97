/** Every page of the console. All but the sign-in page are loaded when they are opened. */
import {
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router';
import { ErrorPage } from '../signing-in/error.tsx';
import { root, signingIn } from '../signing-in/routes.tsx';
import { accountsSearch } from './accounts/accounts-search.ts';
import { partnerActivitySearch } from './activity/activity-search.ts';
import { HomePage } from './home.tsx';

const page = { getParentRoute: () => root };

const home = createRoute({ ...page, path: '/', component: HomePage });

const profile = createRoute({
  ...page,
  path: '/profile',
  component: lazyRouteComponent(() => import('./profile.tsx'), 'ProfilePage'),
});

const partner = createRoute({
  ...page,
  path: '/p/$partner',
  beforeLoad: ({ params }) => {
    if (!/^[1-9]\d{0,8}$/.test(params.partner)) throw notFound();
  },
  component: lazyRouteComponent(() => import('./partner-layout.tsx'), 'PartnerLayout'),
});

const ofPartner = { getParentRoute: () => partner };

const partnerHome = createRoute({
  ...ofPartner,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/p/$partner/accounts', params, replace: true });
  },
});

const accounts = createRoute({
  ...ofPartner,
  path: '/accounts',
  validateSearch: accountsSearch,
  component: lazyRouteComponent(() => import('./accounts/accounts.tsx'), 'AccountsPage'),
});

const newAccount = createRoute({
  ...ofPartner,
  path: '/accounts/new',
  component: lazyRouteComponent(() => import('./accounts/create-account.tsx'), 'CreateAccountPage'),
});

const account = createRoute({
  ...ofPartner,
  path: '/accounts/$server/$accountId',
  beforeLoad: ({ params }) => {
    if (!/^[1-9]\d{0,6}$/.test(params.accountId)) throw notFound();
  },
  component: lazyRouteComponent(() => import('./account/account.tsx'), 'AccountPage'),
});

const activity = createRoute({
  ...ofPartner,
  path: '/activity',
  validateSearch: partnerActivitySearch,
  component: lazyRouteComponent(() => import('./activity/activity.tsx'), 'ActivityPage'),
});

const credentials = createRoute({
  ...ofPartner,
  path: '/credentials',
  component: lazyRouteComponent(() => import('./credentials/credentials.tsx'), 'CredentialsPage'),
});

const people = createRoute({
  ...ofPartner,
  path: '/people',
  component: lazyRouteComponent(() => import('./people/people.tsx'), 'PeoplePage'),
});

const partnerProfile = createRoute({
  ...ofPartner,
  path: '/partner-profile',
  component: lazyRouteComponent(
    () => import('./partner-profile/partner-profile.tsx'),
    'PartnerProfilePage',
  ),
});

const routeTree = root.addChildren([
  home,
  ...signingIn,
  profile,
  partner.addChildren([
    partnerHome,
    accounts,
    newAccount,
    account,
    activity,
    credentials,
    people,
    partnerProfile,
  ]),
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
