import fs from 'node:fs';
import { enableCompileCache } from 'node:module';
import path from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { type Config, isConfigured, readAudit, readConfig, readDatabase } from './config.ts';
import { describe } from './errors.ts';
import { createLog } from './log.ts';
import type { Running } from './main.ts';
import { ConfigFaults, readSettingsFile } from './settings.ts';

const usage = `watchfloor start            run the product; with nothing configured, in the sandbox
watchfloor sandbox          run only the sandbox, and write what the product needs to data/sandbox.env
watchfloor route <file>     say where the alert in a JSON file would go, and why
watchfloor hunts <folder>   say which hunts in it can be loaded and run, and why not; with --run try them on sample logs

On the database of the product; the embedded one has one owner, so stop the product first:
watchfloor dead             list what nobody tries again by himself: jobs, write backs, cards, raw alerts
watchfloor dead retry <id>  try it again; "all" in place of an id means everything in the list
watchfloor dead drop <id>   give it up for good
watchfloor reconcile        read open incidents anew at their sources and edit their messages to the newest truth;
                            after a restore with --restored
watchfloor archive <file>   move closed incidents into a new file (.ndjson.gz); --older-than <days>, or keep.closedDays
watchfloor audit verify     find whatever was changed in the record, and say where; --checkpoints <file>, --public-key <file>
watchfloor audit export     write the record out: --format jsonl|csv|cef|ocsf, --since, --until, --incident, --actor, --type,
                            --to <file or https address>`;

const sandboxSettings = fileURLToPath(new URL('./sandbox/watchfloor.yaml', import.meta.url));

// Measured in a burst of 6,000 alerts: 291 MB at the most instead of 556, at the same rate and processor time. The young
// generation stays small, and the old one grows by a third before it is cleared, not up to fourfold.
v8.setFlagsFromString('--semi-space-growth-factor=1');
v8.setFlagsFromString('--heap-growing-percent=30');

// The collector of dead WebAssembly code frees some of it twice now and then, which ends the process
// (https://github.com/nodejs/node/issues/64500). Without it the embedded database takes no more memory that one could measure.
v8.setFlagsFromString('--no-wasm-code-gc');

// The SDKs are much code: the second start takes two thirds of the first.
enableCompileCache();

async function main([verb = 'start', ...words]: string[]): Promise<void> {
  switch (verb) {
    case 'start':
      return isConfigured(process.env) ? startConfigured() : startInSandbox();
    case 'sandbox':
      return startSandboxAlone();
    case 'route': {
      const [file] = words;
      if (!file) throw new Error('Name a file: npm run route -- alert.json');
      const { explainRoute } = await import('./explain-route.ts');
      const settings = readSettingsFile(process.env.WATCHFLOOR_CONFIG ?? sandboxSettings);
      console.log(explainRoute(JSON.parse(fs.readFileSync(file, 'utf8')), settings));
      return;
    }
    case 'hunts': {
      const [folder] = words.filter((word) => !word.startsWith('--'));
      if (!folder) throw new Error('Name a folder: watchfloor hunts examples/hunts');
      const { checkHunts } = await import('./check-hunts.ts');
      const isRight = await checkHunts(folder, words.includes('--run') ? await openSampleLogs() : undefined);
      process.exitCode = isRight ? 0 : 1;
      return;
    }
    case 'dead':
    case 'reconcile':
    case 'archive': {
      const { upkeep } = await import('./upkeep.ts');
      const { keep } = readSettingsFile(process.env.WATCHFLOOR_CONFIG ?? sandboxSettings);
      return upkeep(verb, words, { ...(await findDatabase()), ...keep });
    }
    case 'audit': {
      const { audit } = await import('./audit.ts');
      const faults: string[] = [];
      const place = await findDatabase();
      const config = readAudit(process.env, place.folder, faults);
      if (faults.length > 0) throw new ConfigFaults(faults);
      return audit(words, place, config);
    }
    default:
      console.log(usage);
      process.exitCode = verb === 'help' || verb === '--help' ? 0 : 2;
  }
}

async function startConfigured(): Promise<void> {
  const config = readConfig(process.env);
  stopOnSignal([await startProduct(config)]);
}

/** The product unchanged, told the addresses and credentials of the stand-ins. */
async function startInSandbox(): Promise<void> {
  const productPort = Number(process.env.PORT ?? 3978);
  const sandbox = await openSandbox(productPort);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.caCertificate]);
  const config = readConfig({
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    ...process.env,
    ...sandbox.env,
    DATA_DIR: path.join(dataFolder(), 'sandbox'),
  });
  const product = await startProduct(config);
  console.log(`Watchfloor runs in the sandbox. Open ${sandbox.url}`);
  stopOnSignal([product, sandbox]);
}

async function startSandboxAlone(): Promise<void> {
  const sandbox = await openSandbox(Number(process.env.PORT ?? 3978));
  const folder = dataFolder();
  fs.mkdirSync(folder, { recursive: true });
  const authority = path.resolve(folder, 'sandbox-ca.pem');
  fs.writeFileSync(authority, sandbox.caCertificate);
  const lines = Object.entries({ ...sandbox.env, NODE_EXTRA_CA_CERTS: authority }).map(
    ([k, v]) => `${k}=${v}`,
  );
  const file = path.resolve(folder, 'sandbox.env');
  fs.writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  console.log(`The sandbox is open at ${sandbox.url}\nStart the product with the variables in ${file}`);
  stopOnSignal([sandbox]);
}

/** Where the product keeps everything when it is started with this environment. */
async function findDatabase(): Promise<{
  url: string | undefined;
  ownerUrl: string | undefined;
  folder: string;
}> {
  const folder = isConfigured(process.env) ? dataFolder() : path.join(dataFolder(), 'sandbox');
  const { databaseUrl, databaseOwnerUrl, azure, secrets } = readDatabase(process.env);
  if ([databaseUrl, databaseOwnerUrl].some((one) => one?.origin.kind === 'vault')) {
    const { openSecrets } = await import('./open-secrets.ts');
    const end = await openSecrets(secrets, azure, createLog('warn'));
    end();
  }
  return { url: databaseUrl?.open()[0], ownerUrl: databaseOwnerUrl?.open()[0], folder };
}

function dataFolder(): string {
  return process.env.DATA_DIR ?? 'data';
}

/** Loaded only when it is wanted: the product with its SDKs takes half a second. */
async function startProduct(config: Config): Promise<Running> {
  const { startWatchfloor } = await import('./main.ts');
  return startWatchfloor(config, createLog(config.logLevel));
}

/** Loaded only when it is wanted: a real installation has none of it. */
async function openSandbox(productPort: number) {
  const { startSandbox } = await import('./sandbox/sandbox.ts');
  return startSandbox({
    port: Number(process.env.SANDBOX_PORT ?? 3979),
    productPort,
    memoryFile: path.join(dataFolder(), 'sandbox', 'world.json'),
  });
}

/** Loaded only when it is wanted: some ten thousand rows are made first. */
async function openSampleLogs(): Promise<(text: string) => number> {
  const { openSampleLogs: open } = await import('./sandbox/logs/try-out.ts');
  return open(Date.now());
}

function stopOnSignal(running: Pick<Running, 'stop'>[]): void {
  const stop = async () => {
    for (const part of running) await part.stop();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof ConfigFaults ? error.message : describe(error));
  process.exit(1);
});
