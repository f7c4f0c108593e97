/**
 * What every connection of ours sets for itself, since the server, the database, the role and the
 * environment may preset it otherwise: whatever the meaning of a statement or of its answer, the
 * time it may take, or what an acknowledged change is worth depends on.
 */

// The server's own limits come first, so that a slow statement does not cost its connection.
const STATEMENT_TIMEOUT_MS = 2_500;

/** In the spelling in which PostgreSQL shows them; a version that lacks one goes without. */
export const PINNED: Readonly<Record<string, string>> = {
  // How values are written and read.
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  // How SQL is read.
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  transform_null_equals: 'off',
  array_nulls: 'on',
  quote_all_identifiers: 'off',
  check_function_bodies: 'on',
  // Which rows it is about. A policy on a table of ours is an error, never a row that is missing.
  search_path: '"$user", public',
  row_security: 'off',
  // Triggers and foreign keys are in force.
  session_replication_role: 'origin',
  // What a transaction is.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  // How long anything may take.
  statement_timeout: `${STATEMENT_TIMEOUT_MS}ms`,
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '10s',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  // Plans of short statements, and where what is new goes.
  jit: 'off',
  plan_cache_mode: 'auto',
  default_tablespace: '',
  temp_tablespaces: '',
  client_min_messages: 'notice',
  escape_string_warning: 'on',
  // An acknowledged change is on the disk, and on a synchronous standby's (see below).
  synchronous_commit: 'on',
};

/**
 * Sets for the session what is set otherwise, and answers whether the server is a `standby`. It
 * runs under the settings that it is about to end: names are qualified, no literal holds a
 * backslash, and the limit of time goes first, in a statement that takes none.
 *
 * @param namesSchema whether DATABASE_URL itself says the `search_path`, which then stays
 */
export function pinStatements(namesSchema: boolean): string {
  const rows = Object.entries(PINNED)
    .filter(([name]) => !(namesSchema && name === 'search_path'))
    .map(([name, value]) => `('${name}', '${value}')`);
  return `
    set statement_timeout = ${STATEMENT_TIMEOUT_MS};
    select pg_catalog.pg_is_in_recovery() as standby,
      pg_catalog.count(pg_catalog.set_config(pinned.name, pinned.value, false)) as changed
    from (values ${rows.join(', ')}) as pinned (name, value)
    -- Of a setting that this version lacks null comes back; remote_apply waits for even more.
    where pg_catalog.current_setting(pinned.name, true) operator(pg_catalog.<>) pinned.value
      and (pinned.name operator(pg_catalog.<>) 'synchronous_commit'
           or pg_catalog.current_setting(pinned.name) operator(pg_catalog.<>) 'remote_apply')`;
}
