import fs from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type Child, launch } from './child.ts';
import {
  azureClient,
  person,
  signingSecret,
  subscription,
  teamsApp,
  tenantId,
  webhookSecret,
} from './company.ts';
import type { FarSide } from './far-side/far-side.ts';
import { routes } from './rooms.ts';

/** Set by `--product`: the `src/cli.ts` of another checkout, to compare with. */
const ours = '../../src/cli.ts';
let product = ours;
export function useProduct(file: string): void {
  product = path.relative(import.meta.dirname, path.resolve(file));
}

/** The real product, as `npm start` runs it, with a configuration of its own and everything switched on. */
export function startProduct(farSide: FarSide, database: Record<string, string>): Promise<Child> {
  const settings = path.join(farSide.folder, 'watchfloor.yaml');
  fs.writeFileSync(
    settings,
    stringify({
      // There is no Graph in the bench.
      directory: 'file',
      people: [{ id: person.id, name: person.name, upn: person.upn, roles: ['responder'] }],
      // One person presses everything.
      limits: { personPerMinute: 1_000_000, deniedPerMinute: 20 },
      feeds: { defender: [subscription] },
      route: routes(),
      // Nobody is there to be asked; what it costs to be asked is a part of its own.
      ...(product === ours && { enrichment: { enabled: false } }),
    }),
  );
  return launch({
    file: product,
    words: () => ['start'],
    log: productLog(farSide),
    env: {
      ...database,
      WATCHFLOOR_CONFIG: settings,
      NODE_EXTRA_CA_CERTS: farSide.caFile,
      // Alerts come by push here; a list of all alerts in between would be another bench.
      POLL_SECONDS: '3600',
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: azureClient.clientId,
      AZURE_CLIENT_SECRET: azureClient.secret,
      AZURE_AUTHORITY_HOST: farSide.azureUrl,
      AZURE_RESOURCE_MANAGER: farSide.azureUrl,
      TEAMS_APP_ID: teamsApp.clientId,
      TEAMS_APP_SECRET: teamsApp.secret,
      TEAMS_SERVICE_URL: `${farSide.chat.url}/teams/`,
      TEAMS_OPENID_METADATA_URL: `${farSide.chat.url}/teams/openid`,
      SLACK_BOT_TOKEN: 'xoxb-bench',
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: `${farSide.chat.url}/slack/api/`,
      WEBHOOK_SECRET: webhookSecret,
    },
  });
}

const productLog = (farSide: FarSide) => path.join(farSide.folder, 'product.log');

/** Warnings and errors that the product wrote, most frequent first: a run that has many measured its troubles. */
export function takeTroubles(farSide: FarSide): string[] {
  const counts = new Map<string, number>();
  const log = productLog(farSide);
  const lines = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').split('\n') : [];
  fs.rmSync(log, { force: true });
  for (const line of lines) {
    const trouble = troubleIn(line);
    if (trouble) counts.set(trouble, (counts.get(trouble) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([trouble, count]) => `${count} × ${trouble}`);
}

const warning = z.object({ level: z.number().min(40), msg: z.string(), reason: z.string().default('') });

function troubleIn(line: string): string | undefined {
  // Not of our log: what Node itself or a library prints.
  if (!line.startsWith('{')) return line || undefined;
  const { data } = warning.safeParse(JSON.parse(line));
  if (!data) return undefined;
  return data.reason ? `${data.msg}: ${data.reason}` : data.msg;
}
