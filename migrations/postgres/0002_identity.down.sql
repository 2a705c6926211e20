drop table if exists holdfast.user_subscriptions;
drop table if exists holdfast.api_keys;
