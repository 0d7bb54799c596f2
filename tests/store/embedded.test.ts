import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { DurableFileSystem, openEmbedded } from '../../src/store/embedded.ts';
import { databases, type TestDatabase } from '../support/databases.ts';

const [embedded] = databases;
let place: TestDatabase | undefined;
let other: ChildProcess | undefined;
afterEach(async () => {
  if (other?.exitCode === null && other.kill('SIGKILL')) await once(other, 'exit');
  await place?.release();
});

/** Another process that opens the folder, says so and goes on living. */
function openElsewhere(folder: string): ChildProcess {
  const module = path.resolve('src/store/embedded.ts');
  const program = `
    const { openEmbedded } = await import(${JSON.stringify(module)});
    await openEmbedded(${JSON.stringify(folder)});
    console.log('open');
    setInterval(() => {}, 60_000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' });
}

it('refuses a second process on the same folder and says what to do', async () => {
  place = await embedded?.create();
  const folder = place?.folder ?? '';
  const { lite, unlock } = await openEmbedded(folder);
  other = openElsewhere(folder);
  let said = '';
  other.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(other, 'close');
  await lite.close();
  unlock();
  expect(code).not.toBe(0);
  expect(said).toContain(
    `${folder} is in use by another process. Stop it, or set DATA_DIR, or share one database through DATABASE_URL.`,
  );
});

it('opens a folder whose owner was killed', async () => {
  place = await embedded?.create();
  const folder = place?.folder ?? '';
  other = openElsewhere(folder);
  if (!other.stdout) throw new Error('The other process has no output.');
  await once(other.stdout, 'data');
  await expect(openEmbedded(folder)).rejects.toThrow('is in use by another process');
  other.kill('SIGKILL');
  await once(other, 'exit');
  const { lite, unlock } = await openEmbedded(folder);
  expect((await lite.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await lite.close();
  unlock();
});

it('has what it committed on the disk before it says so', async () => {
  place = await embedded?.create();
  const { lite, unlock } = await openEmbedded(place?.folder ?? '');
  const before = DurableFileSystem.syncs;
  await lite.query("insert into seen_requests (key) values ('durable')");
  expect(DurableFileSystem.syncs).toBeGreaterThan(before);
  await lite.close();
  unlock();
});
