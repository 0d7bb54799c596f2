import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { readSettingsFile } from '../../src/settings.ts';
import type { TestDatabase } from '../support/databases.ts';
import { freePort } from '../support/free-port.ts';
import { type House, outside } from '../support/house.ts';
import { openBalancer } from './balancer.ts';
import { type Call, type Gate, openPipe, openRecorder } from './gate.ts';
import { type Hook, openReplica, type Replica } from './replica.ts';

/** The product as processes of its own on one database, with the sandbox and everything between in this one. */
export interface Stage extends Pick<House, 'control' | 'until' | 'productUrl' | 'env'> {
  /** For flags of hooks, and whatever else; removed at the end. */
  folder: string;
  /** The first one is `replica`. */
  replicas: Replica[];
  replica: Replica;
  /** Between each replica and its far sides, where `between` was asked for. */
  between: { slack: Gate; azure: Gate; database: Gate | undefined }[];
  /** Calls to Slack and Azure that were answered, where `between` was asked for. */
  calls: { slack: Call[]; azure: Call[] };
  /** What the product printed. */
  printed(): string;
  close(): Promise<void>;
}

export interface StageOptions {
  replicas?: number;
  env?: Record<string, string>;
  /** Of one replica only, by its place. */
  envOf?: (place: number) => Record<string, string>;
  hooks?: readonly Hook[];
  /** Slack rooms beside the company's own; stories are spread over them by their titles. */
  rooms?: number;
  /** How many of those have one in Teams beside them; all unless told. */
  roomsInTeams?: number;
  /** Puts something that can stand still, and that records, between the product and its far sides. */
  between?: boolean;
  /** Far sides by host name, so that names are looked up. */
  names?: boolean;
  /** Incidents join one summary as in a real storm. */
  storm?: { waiting: number; perMinute: number };
  /** Settings in place of the sandbox's. */
  settings?: Record<string, unknown>;
}

export const teamsRooms = ['19:soc@thread.tacv2', '19:cloud@thread.tacv2'];
const never = { waiting: 100_000, perMinute: 100_000 };

export async function openStage(database: TestDatabase, options: StageOptions = {}): Promise<Stage> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-fault-'));
  const productPort = await freePort();
  const sandbox = await startSandbox({ port: 0, productPort });
  const { control, until } = outside(sandbox);
  const rooms = options.rooms ?? 0;
  if (rooms > 0) await control('POST', '/slack/rooms', { count: rooms });
  const host = options.names ? 'localhost' : '127.0.0.1';
  const named = (url: string) => url.replace('127.0.0.1', host);
  const env: Record<string, string> = {
    ...sandbox.env,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    POLL_SECONDS: '1',
    DATA_DIR: database.folder,
    ...(database.url && { DATABASE_URL: named(database.url) }),
    WATCHFLOOR_CONFIG: writeSettings(folder, sandbox.env.WATCHFLOOR_CONFIG ?? '', options),
    SLACK_API_URL: named(sandbox.env.SLACK_API_URL ?? ''),
    AZURE_RESOURCE_MANAGER: named(sandbox.env.AZURE_RESOURCE_MANAGER ?? ''),
    AZURE_AUTHORITY_HOST: named(sandbox.env.AZURE_AUTHORITY_HOST ?? ''),
    ...options.env,
  };

  const certificate = await createCertificate();
  const authorities = path.join(folder, 'authorities.pem');
  // One alone: both have one name, and OpenSSL may try the wrong one.
  fs.writeFileSync(authorities, options.between ? certificate.ca : sandbox.caCertificate);
  env.NODE_EXTRA_CA_CERTS = authorities;

  const calls: Stage['calls'] = { slack: [], azure: [] };
  const between: Stage['between'] = [];
  const output = path.join(folder, 'product.log');
  const replicas: Replica[] = [];
  const count = options.replicas ?? 1;
  for (let place = 0; place < count; place += 1) {
    const own: Record<string, string> = { ...env, ...options.envOf?.(place) };
    if (options.between) {
      const slack = await openRecorder(originOf(env.SLACK_API_URL), (call) => calls.slack.push(call));
      const azure = await openRecorder(
        originOf(env.AZURE_RESOURCE_MANAGER),
        (call) => calls.azure.push({ ...call, asked: '', answered: '' }),
        { ...certificate, farCa: sandbox.caCertificate },
      );
      const database = env.DATABASE_URL ? await openPipe(addressOf(env.DATABASE_URL)) : undefined;
      between.push({ slack, azure, database });
      own.SLACK_API_URL = `http://${host}:${slack.port}/slack/api/`;
      own.AZURE_RESOURCE_MANAGER = `https://${host}:${azure.port}`;
      own.AZURE_AUTHORITY_HOST = own.AZURE_RESOURCE_MANAGER;
      if (database) own.DATABASE_URL = withPort(env.DATABASE_URL ?? '', database.port);
    }
    const port = count === 1 ? productPort : await freePort();
    replicas.push(openReplica({ port, env: own, hooks: options.hooks ?? [], output }));
  }
  const balancer =
    count > 1
      ? await openBalancer(
          productPort,
          replicas.map((replica) => replica.url),
        )
      : undefined;
  const [replica] = replicas;
  if (!replica) throw new Error('A stage has one replica or more.');

  const close = async () => {
    await Promise.all(replicas.map((one) => one.kill()));
    await balancer?.close();
    for (const { slack, azure, database } of between)
      await Promise.all([slack.close(), azure.close(), database?.close()]);
    await sandbox.stop();
    await database.release();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(replicas.map((one) => one.start()));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    control,
    until,
    productUrl: `http://127.0.0.1:${productPort}`,
    env,
    folder,
    replicas,
    replica,
    between,
    calls,
    printed: () => fs.readFileSync(output, 'utf8'),
    close,
  };
}

/** The sandbox's own settings, with a route to each room, and no storm unless one is wanted. */
function writeSettings(
  folder: string,
  original: string,
  { rooms = 0, roomsInTeams = rooms, storm = never, settings: own = {} }: StageOptions,
): string {
  const settings: object = parse(fs.readFileSync(original, 'utf8'));
  const routes = Array.from({ length: rooms }, (_, n) => ({
    name: `room ${n + 1}`,
    match: { title: [`*${roomTitle(n + 1)}`] },
    to: [{ slack: `C0ROOM${n + 1}` }, ...(n < roomsInTeams ? [{ teams: teamsRooms[n % 2] }] : [])],
  }));
  const to = [{ slack: 'C0SOC' }, { teams: teamsRooms[0] }];
  const route = { name: 'everything', to, routes };
  const file = path.join(folder, 'watchfloor.yaml');
  const write = (more: object) => fs.writeFileSync(file, stringify({ ...settings, route, ...more }));
  // What edits cards by itself would be in the way of whoever counts edits.
  write({ storm, enrichment: { enabled: false }, ...own });
  try {
    readSettingsFile(file);
  } catch {
    // This version knows of no storms.
    write({});
  }
  return file;
}

/** At the end of a story's title; where it ends so, it goes to `C0ROOM{room}`. */
export function roomTitle(room: number): string {
  return `in room ${room}.`;
}

const originOf = (url = '') => new URL(url).origin;

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 5432) };
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
