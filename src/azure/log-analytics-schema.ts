import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import type { LogSchema, SchemaTable } from '../kql/logs.ts';
import { type CallOptions, readMetadata } from './log-analytics-calls.ts';
import type { LogAnalyticsOptions, Workspace } from './log-analytics-options.ts';
import { createResourceManager } from './resource-manager.ts';

type Part = Pick<
  LogAnalyticsOptions,
  'endpoint' | 'resourceManager' | 'credentialOf' | 'callFarSide' | 'now'
>;

/** Tables are added to a workspace by hand or by a new connector, not by the minute. */
const keptMs = 60 * 60_000;
/** A workspace with Sentinel has hundreds of tables: megabytes to tell of. */
const patienceMs = 30_000;

/** What there is in each workspace: asked by the bot, remembered for an hour, asked once by however many wait for it. */
export function createSchemas(options: Part): (workspaces: Workspace[]) => Promise<LogSchema> {
  const held = new Map<string, { at: number; schema: Promise<LogSchema> }>();

  function schemaOf(workspace: Workspace): Promise<LogSchema> {
    const known = held.get(workspace.id);
    if (known && options.now() - known.at < keptMs) return known.schema;
    const schema = readSchema(options, workspace);
    const entry = { at: options.now(), schema };
    held.set(workspace.id, entry);
    schema.catch(() => {
      if (held.get(workspace.id) === entry) held.delete(workspace.id);
    });
    return schema;
  }

  return async (workspaces) => {
    // One after the other: nobody waits for the second without the first.
    const schemas: LogSchema[] = [];
    for (const workspace of workspaces) schemas.push(await schemaOf(workspace));
    return schemas.length === 1 && schemas[0] ? schemas[0] : union(schemas);
  };
}

async function readSchema(options: Part, workspace: Workspace): Promise<LogSchema> {
  const { id, name, resource } = workspace;
  const credential = await options.credentialOf('bot');
  const asked = {
    ids: [id],
    resource: undefined,
    place: `the workspace ${name}`,
    text: '',
    person: false,
    seconds: patienceMs / 1_000,
  };
  const call: CallOptions = { ...options, credential, timeout: patienceMs, asked };
  const { tables, functions } = parse(await readMetadata(call));
  const plans = resource
    ? await readPlans(options, credential, resource)
    : new Map<string, SchemaTable['plan']>();
  return {
    tables: tables.map((table) => ({
      name: table.name,
      columns: table.columns.map(({ name, type }) => ({ name, type })),
      plan: plans.get(table.name.toLowerCase()) ?? 'analytics',
    })),
    functions: functions.map(({ name }) => name),
  };
}

async function readPlans(
  { resourceManager: endpoint, callFarSide }: Part,
  credential: CallOptions['credential'],
  resource: string,
): Promise<Map<string, SchemaTable['plan']>> {
  const arm = createResourceManager({ endpoint, credential, timeout: patienceMs, callFarSide });
  const plans = new Map<string, SchemaTable['plan']>();
  for await (const page of arm.pages(`${resource}/tables?api-version=2022-10-01`)) {
    for (const one of page) {
      const read = planShape.safeParse(one);
      if (read.success) plans.set(read.data.name.toLowerCase(), read.data.properties.plan);
    }
  }
  return plans;
}

const planShape = z.object({
  name: z.string(),
  properties: z.object({
    plan: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['analytics', 'basic', 'auxiliary'])),
  }),
});

const column = z.object({ name: z.string().min(1), type: z.string().catch('string') });
const metadataShape = z.object({
  tables: z.array(z.object({ name: z.string().min(1), columns: z.array(column).default([]) })).default([]),
  functions: z.array(z.object({ name: z.string().min(1) })).default([]),
});

function parse(body: string): z.infer<typeof metadataShape> {
  try {
    return metadataShape.parse(JSON.parse(body));
  } catch (cause) {
    const sentence = 'Log Analytics answered without a list of tables.';
    throw new FarSideError('azure', 'unavailable', sentence, { cause });
  }
}

/** A table that is in several has the columns of all, and the dearest of its plans. */
function union(schemas: LogSchema[]): LogSchema {
  const tables = new Map<string, SchemaTable>();
  for (const table of schemas.flatMap((schema) => schema.tables)) {
    const known = tables.get(table.name);
    if (!known) {
      tables.set(table.name, table);
      continue;
    }
    const names = new Set(known.columns.map(({ name }) => name));
    const added = table.columns.filter(({ name }) => !names.has(name));
    const plan = known.plan === 'analytics' ? table.plan : known.plan;
    tables.set(table.name, { ...known, columns: [...known.columns, ...added], plan });
  }
  const functions = [...new Set(schemas.flatMap((schema) => schema.functions))];
  return { tables: [...tables.values()], functions };
}
