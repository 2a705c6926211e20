-- One hash chain an owner. Entries are appended and nothing else; audit_heads remembers where each chain ends, so that a
-- cut tail is seen, and is written by the triggers alone.

create table if not exists audit_heads (
  owner text not null primary key,
  seq integer not null check (seq > 0),
  hash text not null check (length(hash) = 64)
) strict, without rowid;

create table if not exists audit_log (
  id text not null,
  owner text not null,
  seq integer not null check (seq > 0),
  actor text not null,
  operation text not null,
  subject text not null,
  request_id text not null,
  at integer not null,
  prev_hash text not null check (length(prev_hash) = 64),
  hash text not null check (length(hash) = 64),
  primary key (owner, seq)
) strict, without rowid;

create trigger if not exists audit_log_no_update before update on audit_log
begin
  select raise(abort, 'the audit log is append-only');
end;

create trigger if not exists audit_log_no_delete before delete on audit_log
begin
  select raise(abort, 'the audit log is append-only');
end;

-- Before the insert, because an "insert or replace" would take the old row away without asking the delete trigger.
create trigger if not exists audit_log_continues before insert on audit_log
begin
  select raise(abort, 'the audit entry does not continue its chain')
  where new.seq is not coalesce((select seq from audit_heads where owner = new.owner), 0) + 1
     or new.prev_hash is not
        coalesce((select hash from audit_heads where owner = new.owner),
                 '0000000000000000000000000000000000000000000000000000000000000000');
end;

create trigger if not exists audit_log_moves_head after insert on audit_log
begin
  insert into audit_heads (owner, seq, hash) select new.owner, new.seq, new.hash where new.seq = 1;
  update audit_heads set seq = new.seq, hash = new.hash where owner = new.owner and new.seq > 1;
end;

create trigger if not exists audit_heads_once before insert on audit_heads
when exists (select 1 from audit_heads where owner = new.owner)
begin
  select raise(abort, 'the audit chain has a head already');
end;

create trigger if not exists audit_heads_forward before update on audit_heads
when new.owner is not old.owner or new.seq is not old.seq + 1
  or not exists (select 1 from audit_log where owner = new.owner and seq = new.seq and hash = new.hash)
begin
  select raise(abort, 'an audit head only follows its chain');
end;

create trigger if not exists audit_heads_no_delete before delete on audit_heads
begin
  select raise(abort, 'the audit log is append-only');
end;
