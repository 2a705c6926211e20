drop table if exists holdfast.jobs;
