import type { Storage } from '../../src/platform/storage/storage'

/** Everything that a migration can make, one line each, sorted: tables, columns, indexes, triggers, policies, grants. */
export async function describeSchema(storage: Storage): Promise<string[]> {
  const queries = storage.dialect === 'postgres' ? postgresQueries : sqliteQueries
  const lines: string[] = []
  for (const query of queries) {
    for (const row of await storage.admin.rows(query)) lines.push(JSON.stringify(row))
  }
  return lines.sort()
}

const sqliteQueries = [
  `select type, name, tbl_name, sql from sqlite_master where name not like 'sqlite\\_stat%' escape '\\'`,
]

const postgresQueries = [
  `select 'column' as kind, c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod) as type,
     a.attnotnull, a.attidentity::text, a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid) as preset
   from pg_attribute a join pg_class c on c.oid = a.attrelid
   left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where c.relnamespace = to_regnamespace('holdfast') and a.attnum > 0 and not a.attisdropped`,
  `select 'relation' as kind, relname::text, relkind::text, relrowsecurity, relforcerowsecurity,
     array(select unnest(relacl)::text order by 1) as grants
   from pg_class where relnamespace = to_regnamespace('holdfast')`,
  `select 'index' as kind, indexdef from pg_indexes where schemaname = 'holdfast'`,
  `select 'constraint' as kind, conname::text, pg_get_constraintdef(oid) as definition
   from pg_constraint where connamespace = to_regnamespace('holdfast')`,
  `select 'policy' as kind, tablename::text, policyname::text, roles::text, cmd, qual, with_check
   from pg_policies where schemaname = 'holdfast'`,
  `select 'trigger' as kind, pg_get_triggerdef(t.oid) as definition
   from pg_trigger t join pg_class c on c.oid = t.tgrelid
   where c.relnamespace = to_regnamespace('holdfast') and not t.tgisinternal`,
  `select 'function' as kind, pg_get_functiondef(oid) as definition, array(select unnest(proacl)::text order by 1) as grants
   from pg_proc where pronamespace = to_regnamespace('holdfast')`,
  `select 'schema' as kind, array(select unnest(nspacl)::text order by 1) as grants
   from pg_namespace where nspname = 'holdfast'
     and exists (select from pg_class where relnamespace = pg_namespace.oid and relname <> 'schema_migrations' and relkind = 'r')`,
  `select 'type' as kind, typname::text from pg_type where typnamespace = to_regnamespace('holdfast') and typtype = 'e'`,
]
