/**
 * A name that came from outside, as a message may show it: in quotes, at most 50 characters and an
 * ellipsis, on one line, and nothing in it that is invisible or that JSON cannot hold.
 */
export function quotedName(name: string): string {
  // Cut twice: a name may be as long as a body.
  const [...characters] = name.slice(0, 102).toWellFormed();
  const shown =
    characters.length > 50 ? `${characters.slice(0, 50).join('')}…` : characters.join('');
  return JSON.stringify(shown).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped);
}

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
