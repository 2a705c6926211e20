-- Up to which id rows are in the rollups: these follow the rows in larger steps.
alter table log_progress add column rolled_id integer not null default 0;
update log_progress set rolled_id = last_id;
