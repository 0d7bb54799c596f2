import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, productPort: 9 });
});
afterAll(() => sandbox.stop());
afterEach(() => vi.unstubAllEnvs());

test('the page and its modules are served without a build', async () => {
  const page = await fetch(sandbox.url);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  const module = await fetch(`${sandbox.url}/console/slack/mrkdwn.ts`);
  expect(module.headers.get('content-type')).toContain('text/javascript');
  expect(await module.text()).not.toContain('export type');
  const vendor = await fetch(`${sandbox.url}/console/vendor/lit-html/directives/repeat.js`);
  expect(vendor.status).toBe(200);
});

test('nothing beside the page is served', async () => {
  for (const path of [
    '/console/page/..%2fserver.ts',
    '/console/..%2fconsole/server.ts',
    '/console/page/index.html',
    '/console/vendor/lit-html/package.json',
    '/console/vendor/lit-html/..%2f..%2fzod/index.js',
    '/console/style/..%2findex.html',
  ]) {
    expect((await fetch(sandbox.url + path)).status, path).toBe(404);
  }
});

test('the state has all that the page shows', async () => {
  const state = await (await fetch(`${sandbox.url}/api/state`)).json();
  expect(Object.keys(state)).toEqual(['people', 'samples', 'azure', 'slack', 'teams', 'faults']);
  expect(state.samples.length).toBeGreaterThan(10);
});

test('another name that points here is refused, as is a page of another site', async () => {
  expect(await statusWith({ host: 'evil.example' })).toBe(403);
  expect(await statusWith({ origin: 'https://evil.example' })).toBe(403);
  expect(await statusWith({ origin: sandbox.url })).toBe(200);
});

test('a fault that nobody knows is refused with its reason', async () => {
  const answer = await setFault({ side: 'slack', kind: 'on-fire' });
  expect(answer.status).toBe(400);
  expect((await answer.json()).error).toContain('kind');
});

test('a change is told to whoever listens', async () => {
  const stream = await fetch(`${sandbox.url}/api/changes`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  await setFault({ side: 'slack', kind: 'slow', ms: 10 });
  let heard = '';
  while (!heard.includes('event: change')) heard += (await reader?.read())?.value ?? '';
  expect(heard).toContain('data: faults');
  await reader?.cancel();
  await setFault({ side: 'slack', kind: 'none' });
});

test('the sandbox does not start in production', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  await expect(startSandbox({ port: 0, productPort: 9 })).rejects.toThrow('does not start');
});

const setFault = (fault: object) =>
  fetch(`${sandbox.url}/api/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });

/** `fetch` sets Host and Origin itself. */
function statusWith(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${sandbox.url}/api/people`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on('error', reject);
    call.end();
  });
}
