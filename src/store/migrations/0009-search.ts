import { type Kysely, sql } from 'kysely';

/** Incidents by words and entities of their alerts, by what people wrote, and by whose they are. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    // Words of an alert, and names of its entities whole, so that `10.0.0.4` is not found in `10.0.0.40`. Slashes end words
    // here: the parser would take `/subscriptions/…` for one word.
    sql`
      create function alert_words(body jsonb) returns tsvector language sql immutable parallel safe as $$
        select to_tsvector('simple', translate(left(concat_ws(' ', body ->> 'title', body ->> 'target', body ->> 'label',
            body ->> 'product', body ->> 'type', body ->> 'description'), 20000), '/\\_', '   '))
          || array_to_tsvector(coalesce((
            select array_agg(distinct 'entity:' || left(lower(name), 200))
            from jsonb_array_elements(body -> 'entities') as entity,
              lateral (values (entity ->> 'upn'), (entity ->> 'name'), (entity ->> 'address'), (entity ->> 'url')) as n (name)
            where name <> ''), '{}'))
      $$`,
    sql`create index alerts_words on alerts using gin (alert_words(body))`,
    sql`
      create function written_words(data jsonb) returns tsvector language sql immutable parallel safe as $$
        select to_tsvector('simple', translate(left(concat_ws(' ', data ->> 'text', data #>> '{closing,comment}'), 20000),
          '/\\_', '   '))
      $$`,
    sql`
      create index incident_events_words on incident_events using gin (written_words(data))
      where type in ('commented', 'closed')`,
    sql`create index incidents_opened on incidents (opened_at desc, id desc)`,
    sql`create index incidents_owned on incidents (owner_id, opened_at desc, id desc) where owner_id is not null`,
    sql`
      create index incidents_ended on incidents ((state #>> '{closing,classification}'), opened_at desc, id desc)
      where status = 'closed'`,
  ];
  for (const statement of statements) await statement.execute(db);
}
