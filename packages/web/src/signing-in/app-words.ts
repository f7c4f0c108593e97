/** What an app says of itself on the page where one signs in. */
import { createContext, type ReactNode } from 'react';

type AppWords = {
  /** The key of its name; without one the page says only that one signs in. */
  name?: string;
  /** Under the form. */
  foot?: ReactNode;
};

export const AppWords = createContext<AppWords>({});
