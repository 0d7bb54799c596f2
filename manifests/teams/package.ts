import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zip } from './zip.ts';

const exampleId = '00000000-0000-0000-0000-000000000000';
const exampleHost = 'watchfloor.example';

/** The app package that an administrator uploads to Teams. `host` is where Watchfloor is reached, without scheme. */
export function packApp(appId: string, host: string): Buffer {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(appId)) {
    throw new Error(`"${appId}" is no application id. Azure → Bot → Configuration → Microsoft App ID.`);
  }
  if (!/^[a-z\d-]+(\.[a-z\d-]+)+$/i.test(host)) {
    throw new Error(
      `"${host}" is no host name. Give it without scheme, port and path: watchfloor.contoso.com`,
    );
  }
  const manifest = read('manifest.json')
    .toString('utf8')
    .replaceAll(exampleId, appId)
    .replaceAll(exampleHost, host);
  return zip([
    { name: 'manifest.json', content: Buffer.from(manifest) },
    { name: 'color.png', content: read('color.png') },
    { name: 'outline.png', content: read('outline.png') },
  ]);
}

function read(file: string): Buffer {
  return readFileSync(new URL(file, import.meta.url));
}

function main([appId = '', host = '']: string[]): void {
  const target = fileURLToPath(new URL('../../data/watchfloor-teams.zip', import.meta.url));
  const content = packApp(appId, host);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
  process.stdout.write(`${target}\nTeams → Apps → Manage your apps → Upload an app.\n`);
}

if (import.meta.main) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${fault}\nUsage: node manifests/teams/package.ts <app id> <host>\n`);
    process.exitCode = 1;
  }
}
