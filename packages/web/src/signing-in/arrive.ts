import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { profileQuery } from '../api/profile.ts';
import { switchLanguage } from '../locales/language.ts';

/** After signing in: the person's own language, then the page that was asked for, or home. */
export function useArrive(): (next: string | undefined) => Promise<void> {
  const client = useQueryClient();
  const router = useRouter();
  return async (next) => {
    client.removeQueries();
    try {
      const { person } = await client.fetchQuery(profileQuery);
      if (person.language) await switchLanguage(person.language);
    } finally {
      router.history.replace(next ?? '/');
    }
  };
}
