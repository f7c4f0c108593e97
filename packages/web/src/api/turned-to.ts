/** Calls once, when the page is looked at again; the function it returns takes that back. */
export function whenTurnedTo(then: () => void): () => void {
  const waiting = new AbortController();
  const { signal } = waiting;
  const turn = () => {
    if (document.visibilityState !== 'visible') return;
    waiting.abort();
    then();
  };
  window.addEventListener('focus', turn, { signal });
  document.addEventListener('visibilitychange', turn, { signal });
  return () => waiting.abort();
}
