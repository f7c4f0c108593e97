import { useEffect } from 'react';

/** Calls when `/` is pressed outside of a field, or Ctrl/⌘ K anywhere, on any layout of keys. */
export function useSearchKeys(focus: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !isTyping(event);
      const command = event.code === 'KeyK' && (event.ctrlKey || event.metaKey);
      if (event.defaultPrevented || !(slash || command)) return;
      event.preventDefault();
      focus();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [focus]);
}

const isTyping = ({ target }: KeyboardEvent): boolean =>
  (target as Element).closest?.('input, textarea, select, [contenteditable], [role="menu"]') !=
  null;
