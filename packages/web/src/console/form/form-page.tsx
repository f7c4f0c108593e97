import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { AskBeforeLeaving } from '../../signing-in/unsaved.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { useMember } from '../member.ts';
import './form.css';

type Props = {
  title: string;
  sentence?: ReactNode;
  /** What the button does: a verb and a noun. */
  submit: string;
  pending: boolean;
  /** What is not told at a field. */
  failure: Error | null;
  unsaved: boolean;
  onSubmit: () => void;
  /** Stands beside the fields: what will come of it. */
  aside?: ReactNode;
  /** Ways out of here. */
  leave?: ReactNode;
  children: ReactNode;
};

/** A page that is one form: its fields, what will come of them, one button. */
export function FormPage(props: Props) {
  const { name } = useMember();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    props.onSubmit();
    const form = event.currentTarget;
    // Once the fields say what is wrong with them.
    requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return (
    <>
      <PageTitle title={props.title} within={name} sentence={props.sentence} />
      <form onSubmit={submit} noValidate className="form-page">
        <div className="stack">{props.children}</div>
        {props.aside && <aside className="panel form-aside">{props.aside}</aside>}
        <div className="stack">
          <FailureNote failure={props.failure} />
          <div className="row">
            <Button type="submit" variant="filled" loading={props.pending}>
              {props.submit}
            </Button>
            {props.leave}
          </div>
        </div>
        <AskBeforeLeaving unsaved={props.unsaved} />
      </form>
    </>
  );
}

/** Fields that belong together, under a name. */
export function FormSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="panel form-section">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}
