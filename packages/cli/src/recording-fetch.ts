/**
 * A `fetch` that remembers the body of the last answer, since `--json` prints it as it came.
 *
 * @param except a content type whose bodies are streams too long to remember
 */
export function recordingFetch(
  fetching: typeof fetch,
  except?: string,
): { fetch: typeof fetch; received: () => string } {
  let text = '';
  return {
    received: () => text,
    fetch: async (input, init) => {
      const response = await fetching(input, init);
      const { status, headers } = response;
      if (except && headers.get('content-type')?.startsWith(except)) return response;
      text = await response.text();
      return new Response(text, { status, headers });
    },
  };
}
