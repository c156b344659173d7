create table users (
  id bigint primary key,
  email text not null,
  age int,
  note varchar(20) default 'none',
  created timestamptz default now()
);
create index users_email on users (email);
create index users_lower on users (lower(email));
create unique index users_age on users (age);
alter table users add constraint users_checked check (age >= 0) not valid;
insert into users select n, 'user' || n, n from generate_series(1, 10) n;
create table orders (
  id bigint not null,
  user_id bigint,
  total numeric default 0,
  double numeric generated always as (total * 2) stored,
  number int generated always as identity,
  constraint orders_total unique (total) deferrable
);
create unique index orders_id on orders (id);
insert into orders (id, user_id, total) select n, n, n from generate_series(1, 10) n;
create table accounts (id int primary key);
insert into accounts values (3);
create table children (account int constraint children_account references accounts);
create table "Odd.Name" (id int, "Column" int);
insert into "Odd.Name" values (1, 1);
create schema app;
create table app.items (id int primary key, name text);
insert into app.items values (1, 'one');
create table events (id bigint, at date not null) partition by range (at);
create table events_2020 partition of events for values from ('2020-01-01') to ('2021-01-01');
create table events_2019 (id bigint, at date not null);
create index events_at on only events (at);
create index events_2020_at on events_2020 (at);
create table parent (id int);
create table child () inherits (parent);
create table orphan (id int);
create unlogged table notes (id int);
create view adults as select id, email from users where age > 18;
create materialized view totals as select id, total from orders;
create unique index totals_id on totals (id);
create sequence numbers;
create type mood as enum ('good', 'bad');
create type pair as (a int, b int);
create domain positive as int check (value > 0);
create table measures (value positive);
create function answer() returns int language plpgsql as 'begin return 42; end';
create procedure work() language sql as 'select 42';
create function changed() returns trigger language plpgsql as 'begin return new; end';
create trigger users_changed before insert on users for each row execute function changed();
create rule users_quiet as on delete to users where false do instead nothing;
create policy users_own on users using (true);
create statistics users_stats on age, email from users;
create extension pgcrypto;
create role reader;
create access method heaps type table handler heap_tableam_handler;
