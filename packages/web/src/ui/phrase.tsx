import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Phrase = {
  of: string;
  parts: Record<string, ReactNode>;
  values?: Record<string, string | number>;
};

/** A sentence whose `{{parts}}` are elements: names in `<bdi>`, links, code. */
export function Phrase({ of, parts, values }: Phrase) {
  const { t } = useTranslation();
  const slots = Object.fromEntries(Object.keys(parts).map((name) => [name, `\u0000${name}\u0000`]));
  const pieces = t(of, { ...values, ...slots }).split('\u0000');
  return pieces.map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence keep their places.
    <Fragment key={index}>{index % 2 === 1 ? parts[piece] : piece}</Fragment>
  ));
}

/** A name inside plain text (titles, labels), kept apart from the direction around it. */
export const isolate = (name: string) => `\u2068${name}\u2069`;
