import type { ReactNode } from 'react';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { Loading } from '../../../ui/loading.tsx';

type Props = {
  /** Of the heading. */
  id: string;
  title: ReactNode;
  /** At the heading's end. */
  note?: ReactNode;
  isPending?: boolean;
  /** While there is nothing to show. */
  failure?: Error | null;
  retry?: () => void;
  /** About what it will have. */
  height?: number;
  children: ReactNode;
};

/** One part of the account's page: it loads and fails by itself. */
export function Card({ id, title, note, isPending, failure, retry, height, children }: Props) {
  return (
    <section className="panel card-of-account" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{title}</h2>
        {note && <span className="muted small">{note}</span>}
      </div>
      {failure ? (
        <FailureNote failure={failure} {...(retry ? { retry } : {})} />
      ) : isPending ? (
        <Loading height={height ?? 60} />
      ) : (
        children
      )}
    </section>
  );
}
