-- Judged before the function is called: updateAccount, which may, does not pay for it.
create or replace trigger guard_account_settings
  before update of account_name, account_status, builder_url, erased_at, held_reason, held_at
  on accounts
  for each row when (
    coalesce(current_setting('switchboard.operation', true), '') not in ('updateAccount', 'eraseAccount')
  )
  execute function guard_account_settings();
