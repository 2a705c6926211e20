drop table if exists holdfast.audit_log;
drop table if exists holdfast.audit_heads;
drop function if exists holdfast.audit_tail(text);
drop function if exists holdfast.audit_link();
drop function if exists holdfast.audit_refuse();
drop function if exists holdfast.audit_head_moves();
