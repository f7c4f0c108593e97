/** How the names of the contract are written on a command line. */

/** `updateAccount` → `update-account`, `accountID` → `account-id`, `admin_2fa` → `admin-2fa`. */
export const kebab = (name: string): string =>
  name
    .replaceAll('_', '-')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();

/** The flag of a parameter, such as `--account-id`. */
export const flagOf = (parameter: string): string => `--${kebab(parameter)}`;
