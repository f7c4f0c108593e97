/** Whose live streams rows of the log may have changed. */
import type { EventType } from '@switchboard/contract';
import type { LiveStream, StreamAccount } from './stream-table.ts';
import type { EventRow } from './window.ts';

/** Of a person: all others may have ended sessions of theirs. */
const ENDS_NOTHING: ReadonlySet<EventType> = new Set(['person.signed_in', 'person.blocked']);

/** Of many rows at once: what they name is looked up once a stream, however many they are. */
export class Concern {
  readonly #accounts = new Set<string>();
  readonly #persons = new Set<string>();
  /** Whose login links may be in force no more. */
  readonly #makers = new Set<number>();
  /** Whose words for those who are shut out are others. */
  readonly #partners = new Set<number>();
  #isAll = false;

  constructor(rows: readonly EventRow[]) {
    for (const { type, server, account_id, partner_id, subject } of rows) {
      if (type === 'installation.imported') this.#isAll = true;
      else if (account_id !== null) this.#accounts.add(`${server}/${account_id}`);
      else if (type === 'partner.updated' && partner_id !== null) this.#partners.add(partner_id);
      else if (partner_id !== null) this.#makers.add(partner_id);
      else if (subject !== null && !ENDS_NOTHING.has(type)) this.#persons.add(subject);
    }
  }

  /** Whether the gate must be asked for an account's streams. */
  covers({ server, accountId, entries }: StreamAccount): boolean {
    if (this.#isAll || this.#accounts.has(`${server}/${accountId}`)) return true;
    if (this.#persons.size + this.#makers.size + this.#partners.size === 0) return false;
    for (const { stream } of entries) if (this.#isAbout(stream)) return true;
    return false;
  }

  /** A stream that has not passed the gate may be anybody's. */
  #isAbout({ known }: LiveStream): boolean {
    if (!known) return true;
    const { personId, partnerId, byLink } = known;
    return (
      this.#persons.has(personId) ||
      this.#partners.has(partnerId) ||
      (byLink && this.#makers.has(partnerId))
    );
  }
}
