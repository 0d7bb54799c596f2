import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { teachManners } from '../../src/azure/pipeline.ts';
import { createTokenCheck } from '../../src/azure/webhook-token.ts';
import { createApi } from '../../src/channels/slack/api.ts';
import { createTell } from '../../src/channels/slack/tell.ts';
import { createSendFile } from '../../src/channels/slack/upload.ts';
import { createConnector } from '../../src/channels/teams/connector.ts';
import { createSigningKeys } from '../../src/channels/teams/signing-keys.ts';
import { createOutside } from '../../src/enrichers/outside.ts';
import { maySendTo, type Side } from '../../src/outgoing.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import { readSource, sourceFiles } from '../source-files.ts';
import { sendOnTo, setTrap } from './trap.ts';

const log = pino({ level: 'silent' });
const credential = {
  getToken: async () => ({ token: 'ey-a-token', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/** The same to the eye, with a letter that is Cyrillic. */
const lookalike = (host: string) => host.replace(/[eo]/, (letter) => (letter === 'e' ? 'е' : 'о'));

describe('an address that came with a request or an answer', () => {
  const configured = 'https://management.azure.com';
  const homes: Record<Side, string> = {
    azure: configured,
    slack: 'https://hooks.slack.com/commands/T0/1/x',
    teams: 'https://smba.trafficmanager.net/emea/',
    files: 'https://contoso-my.sharepoint.com/personal/adam/_api/v2.0/drive/items/1/uploadSession?guid=x',
    vault: 'https://contoso-soc.vault.azure.net/secrets/x',
    workflows:
      'https://prod-03.westeurope.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke?sig=x',
    intel: configured,
    schedules: configured,
    paging: configured,
  };
  const sides = Object.keys(homes) as Side[];

  it.each(sides)('is followed to a host of %s and to what is configured', (side) => {
    expect(maySendTo(homes[side], side, configured)).toBe(true);
    expect(maySendTo(`${configured}/path?query`, side, configured)).toBe(true);
  });

  it.each(sides)('is not followed anywhere that only looks like %s', (side) => {
    const { hostname } = new URL(homes[side]);
    const elsewhere = [
      `http://${hostname}/`,
      `https://${hostname}./`,
      `https://${hostname}:8443/`,
      `https://user@${hostname}/`,
      `https://:word@${hostname}/`,
      `https://${hostname}@evil.example/`,
      `https://${hostname}.evil.example/`,
      // Any name may be a vault's, or an organisation's: the environment says which vault, Teams whose OneDrive,
      // Resource Manager at which of Microsoft's hosts a Logic App is.
      ...(side === 'vault' || side === 'files' || side === 'workflows'
        ? []
        : [`https://evil${hostname}/`, `https://${lookalike(hostname)}/`]),
      `https://evil.example/${hostname}`,
      `https://evil.example#${hostname}`,
      `https://evil.example\\@${hostname}/`,
      `https://xn--${hostname}.example/`,
      `https://${hostname.replace('.', '。')}.evil.example/`,
      'https://[::1]/',
      'https://[::ffff:169.254.169.254]/',
      'https://169.254.169.254/latest/meta-data',
      'https://2852039166/',
      'https://0x7f.1/',
      'https://localhost/',
      'file:///etc/passwd',
      'data:text/plain,x',
      'javascript:alert(1)',
      'gopher://127.0.0.1/',
      '//evil.example/',
      'null',
      '',
      ' ',
    ];
    for (const address of elsewhere)
      expect([address, maySendTo(address, side, configured)]).toEqual([address, false]);
  });

  it('without an origin is not taken for another without one', () => {
    expect(maySendTo('file:///etc/passwd', 'azure', 'file:///var')).toBe(false);
    expect(maySendTo('data:x', 'azure', 'data:y')).toBe(false);
  });
});

describe('nothing of ours reaches another server', () => {
  it("by a page of Azure's that names it as the next", async () => {
    await using trap = await setTrap();
    const pipeline = createEmptyPipeline();
    teachManners(pipeline, { endpoint: 'https://management.azure.com' });
    const addresses = [
      trap.url,
      `http://management.azure.com@127.0.0.1:${trap.port}/`,
      `http://[::ffff:127.0.0.1]:${trap.port}/`,
      `https://management.azure.com.:${trap.port}/`,
    ];
    for (const url of addresses) {
      const request = createPipelineRequest({ url, allowInsecureConnection: true });
      const sent = pipeline.sendRequest(createDefaultHttpClient(), request);
      await expect(sent).rejects.toMatchObject({ reason: 'rejected' });
    }
    expect(trap.caught).toEqual([]);
  });

  it('by a service URL, whoever remembered it', async () => {
    await using trap = await setTrap();
    const connector = createConnector({
      appId: 'app',
      tenantId: 'tenant',
      credential,
      serviceUrl: 'https://smba.trafficmanager.net/teams/',
    });
    const sent = connector.send(`${trap.url}/`, '19:soc@thread.tacv2', {
      type: 'message',
      text: 'x',
    } as never);
    await expect(sent).rejects.toMatchObject({ reason: 'rejected' });
    expect(trap.caught).toEqual([]);
  });

  it('by an address for a file that was not Slack’s', async () => {
    await using trap = await setTrap();
    const shown: unknown[] = [];
    for (const upload_url of [
      trap.url,
      `http://files.slack.com@127.0.0.1:${trap.port}/`,
      `https://files.slack.com:${trap.port}/`,
      'https://files.slack.com.evil.example/',
      'file:///dev/null',
    ]) {
      const sendFile = createSendFile({
        api: {
          beginUpload: async () => ({ ok: true, upload_url, file_id: 'F1' }),
          endUpload: async (file) => ({ ok: shown.push(file) > 0 }),
        },
        apiUrl: 'https://slack.com/api/',
      });
      const file = { key: 'k', name: 'rows.csv', type: 'text/csv', content: Buffer.from('a,b'), about: '' };
      const sent = sendFile({ conversation: 'C0SOC', thread: undefined }, file);
      await expect(sent).rejects.toMatchObject({ reason: 'rejected' });
    }
    expect(maySendTo('https://files.slack.com/upload/v1/x', 'slack', undefined)).toBe(true);
    expect(trap.caught).toEqual([]);
    expect(shown).toEqual([]);
  });

  it('by a redirect of the Bot Connector', async () => {
    await using trap = await setTrap();
    await using gone = await setTrap(sendOnTo(trap.url));
    const connector = createConnector({
      appId: 'app',
      tenantId: 'tenant',
      credential,
      serviceUrl: `${gone.url}/`,
    });
    const sent = connector.send(`${gone.url}/`, '19:soc@thread.tacv2', {
      type: 'message',
      text: 'x',
    } as never);
    await expect(sent).rejects.toThrow('Teams answered 307');
    expect(gone.caught).toHaveLength(1);
    expect(trap.caught).toEqual([]);
  });

  it("by a redirect of Slack's Web API", async () => {
    await using trap = await setTrap();
    await using gone = await setTrap(sendOnTo(trap.url));
    const botToken = secretOf('SLACK_BOT_TOKEN', 'xoxb-nobody-may-have-this');
    const api = createApi({ botToken, apiUrl: `${gone.url}/api/`, log });
    await expect(
      api.post('C0SOC', { text: 'x', blocks: [], attachments: [] } as never),
    ).rejects.toMatchObject({
      reason: 'unavailable',
    });
    expect(gone.caught).toHaveLength(1);
    expect(trap.caught).toEqual([]);
  });

  it.each([
    ['is of another host', (port: number) => `http://127.0.0.1:${port}/response`],
    ['hides it behind a name', (port: number) => `https://hooks.slack.com@127.0.0.1:${port}/response`],
    ['is of IPv6', (port: number) => `http://[::ffff:127.0.0.1]:${port}/response`],
  ])('by a response_url that %s', async (_what, address) => {
    await using trap = await setTrap();
    await using slack = await setTrap((_request, response) => response.end('{"ok":true}'));
    const apiUrl = `${slack.url}/api/`;
    const api = createApi({ botToken: secretOf('SLACK_BOT_TOKEN', 'xoxb-1'), apiUrl, log });
    const message = { text: 'for you alone', blocks: [], attachments: [] };
    const where = { userId: 'U0ADAM', conversation: 'C0SOC', responseUrl: address(trap.port) };
    await createTell(api, apiUrl, log)(where, message as never);
    expect(trap.caught).toEqual([]);
    // They are told all the same, in the way that needs no address.
    expect(slack.caught.join()).toContain('chat.postEphemeral');
  });

  it('by a redirect of a response_url', async () => {
    await using trap = await setTrap();
    await using slack = await setTrap(sendOnTo(trap.url));
    const apiUrl = `${slack.url}/api/`;
    const api = createApi({ botToken: secretOf('SLACK_BOT_TOKEN', 'xoxb-1'), apiUrl, log });
    const where = { userId: 'U0ADAM', conversation: 'C0SOC', responseUrl: `${slack.url}/response/1` };
    await createTell(api, apiUrl, log)(where, { text: 'x', blocks: [], attachments: [] } as never);
    expect(slack.caught).toHaveLength(1);
    expect(trap.caught).toEqual([]);
  });

  it('by a redirect of those who sell threat intelligence, nor by the name of what is asked about', async () => {
    await using trap = await setTrap();
    await using seller = await setTrap(sendOnTo(trap.url));
    const key = () => 'nobody-may-have-this';
    const way = { title: 'VirusTotal', keyHeader: 'x-apikey' };
    const outside = createOutside(way, { url: `${seller.url}/intel`, key });
    const paths = [
      '/x',
      '@127.0.0.1/',
      `.evil.example/`,
      '/../../stolen',
      '/%2e%2e/%2e%2e/stolen',
      '\\..\\..\\x',
    ];
    for (const path of paths) {
      const asked = outside.get(path, z.unknown(), AbortSignal.timeout(5_000));
      await expect(asked).rejects.toMatchObject({ side: 'intel', reason: 'rejected' });
    }
    expect(seller.caught).toHaveLength(1);
    expect(trap.caught).toEqual([]);
  });

  it('by keys that a document of the Bot Framework names elsewhere, or a redirect to them', async () => {
    await using trap = await setTrap();
    await using names = await setTrap((_request, response) =>
      response.end(JSON.stringify({ jwks_uri: `${trap.url}/keys` })),
    );
    await expect(createSigningKeys(names.url, Date.now)('kid')).rejects.toThrow('another host');
    await using sends = await setTrap(sendOnTo(trap.url));
    await expect(createSigningKeys(sends.url, Date.now)('kid')).rejects.toThrow();
    expect(trap.caught).toEqual([]);
  });

  it('by a token that says in its own header where its key is (jku, x5u, jwk)', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'mine', alg: 'RS256', use: 'sig' };
    await using trap = await setTrap((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
    await using entra = await setTrap((_request, response) => response.end('{"keys":[]}'));
    const tenantId = '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30';
    const check = createTokenCheck({ authorityHost: entra.url, tenantId, audience: 'api://watchfloor' });
    const token = await new SignJWT({ tid: tenantId })
      .setProtectedHeader({
        alg: 'RS256',
        kid: 'mine',
        jku: `${trap.url}/keys`,
        x5u: `${trap.url}/cert`,
        jwk,
      })
      .setIssuer(`https://login.microsoftonline.com/${tenantId}/v2.0`)
      .setAudience('api://watchfloor')
      .setExpirationTime('1h')
      .sign(privateKey);
    expect(decodeProtectedHeader(token).jku).toContain(trap.url);
    await expect(check(token)).rejects.toThrow();
    expect(trap.caught).toEqual([]);
  });
});

describe('calls that leave', () => {
  /** File → what bounds where it calls, in time too. What is not here calls nobody. */
  const callers: Record<string, RegExp> = {
    'azure/pipeline.ts': /maySendTo/,
    'azure/resource-manager.ts': /teachManners/,
    'azure/graph.ts': /teachManners/,
    'azure/rest.ts': /teachManners/,
    'azure/signed-calls.ts': /maySendTo[\s\S]*teachManners/,
    'azure/log-analytics-calls.ts': /teachManners/,
    'sources/defender.ts': /teachManners/,
    'azure/credential.ts': /redirectOptions: \{ maxRetries: 0 \}/,
    'azure/key-vault.ts': /isVault[\s\S]*AbortSignal\.timeout/,
    'azure/key-vault-signer.ts': /isVault[\s\S]*AbortSignal\.timeout/,
    'azure/sign-in.ts': /authorityHost[\s\S]*timeout/,
    // jose asks that one address, follows nothing and waits five seconds.
    'azure/webhook-token.ts': /createRemoteJWKSet\(new URL\(`\/\$\{tenantId\}/,
    'azure/event-hubs.ts': /timeoutInMs/,
    'channels/slack/api.ts': /redirect: 'error'/,
    // Bolt's own client, which nothing of ours uses, has the same options.
    'channels/slack/slack.ts': /clientOptions\(apiUrl\)/,
    'channels/slack/tell.ts': /maySendTo[\s\S]*redirect: 'error'[\s\S]*AbortSignal\.timeout/,
    'channels/slack/upload.ts': /maySendTo[\s\S]*redirect: 'error'[\s\S]*AbortSignal\.timeout/,
    'channels/teams/connector.ts': /isConnector[\s\S]*timeout/,
    'channels/teams/upload.ts': /maySendTo[\s\S]*redirect: 'error'[\s\S]*AbortSignal\.timeout/,
    'channels/teams/adapter.ts': /BotCredentials/,
    'channels/teams/signing-keys.ts': /origin[\s\S]*redirect: 'error'[\s\S]*AbortSignal\.timeout/,
    'enrichers/outside.ts': /AbortSignal\.timeout[\s\S]*redirect: 'manual'[\s\S]*mostBytes/,
    'paging/heartbeat.ts': /maySendTo[\s\S]*AbortSignal\.timeout[\s\S]*redirect: 'manual'/,
    'paging/pager.ts': /maySendTo[\s\S]*AbortSignal\.timeout[\s\S]*redirect: 'manual'/,
    // To the configured collector alone; Node's own request follows nothing.
    'flow/export-to.ts': /refuseStrangers[\s\S]*redirect: 'error'|refuseStrangers[\s\S]*redirect: 'manual'/,
    'trace.ts': /OTLPTraceExporter\(\{ url/,
    'store/postgres.ts': /connectionTimeoutMillis/,
  };
  const calls =
    /(?<![.\w])fetch\(|createDefaultHttpClient|createRemoteJWKSet|new WebClient|new App\(|new SecurityCenter|new LogsQueryClient|SecretClient|KeyClient|CryptographyClient|new EventHubConsumerClient|OTLPTraceExporter|openid-client|new ClientSecretCredential|new CloudAdapter|pg\.Pool|node:https?'|node:net'|node:tls'|node:dgram'|undici/;
  const listens = ['server', 'operations', 'request-body', 'sender', 'refusals'].map(
    (name) => `edge/${name}.ts`,
  );

  it('are made by those files and no others', () => {
    const others = sourceFiles().filter((file) => {
      if (file.startsWith('sandbox/') || file in callers || file === 'cli.ts' || listens.includes(file))
        return false;
      // What an address is, node:net tells without calling anybody.
      const harmless = /import type [^;]+;|import \{ (BlockList, )?isIP \} from 'node:net';/g;
      const source = readSource(file).replace(harmless, '');
      return calls.test(source);
    });
    expect(others).toEqual([]);
  });

  it.each(Object.entries(callers))('of %s are bound', (file, bound) => {
    expect(readSource(file)).toMatch(bound);
  });
});
