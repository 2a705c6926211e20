drop table if exists user_subscriptions;
drop table if exists api_keys;
