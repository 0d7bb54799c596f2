import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { isOneOf } from '../src/edge/bearer.ts';
import { findSecret } from '../src/secrets/find-secret.ts';
import { followSecrets, type Rotation } from '../src/secrets/rotation.ts';
import { type Secret, secretOf } from '../src/secrets/secret.ts';

const value = 'nobody-may-ever-read-this';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-secret-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const name = path.join(folder, crypto.randomUUID());
  fs.writeFileSync(name, text);
  return name;
}

describe('a secret', () => {
  const secret = secretOf('WEBHOOK_SECRET', value);

  it('is told by opening it and in no other way', () => {
    expect(secret.open()).toEqual([value]);
    const lines: string[] = [];
    pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }).info(
      { secret, in: [secret] },
      'x',
    );
    const printed = [
      String(secret),
      `${secret}`,
      `${secret}${secret}`,
      JSON.stringify({ secret }),
      inspect(secret, { showHidden: true, depth: null }),
      inspect({ deep: { secret } }, { depth: null }),
      ...lines,
      JSON.stringify(structuredClone({ ...secret })),
      Object.entries(secret).flat().join(),
      new Error('failed', { cause: secret }).stack ?? '',
      inspect(new Error('failed', { cause: secret })),
    ];
    for (const text of printed) expect(text).not.toContain(value);
    expect(printed[0]).toBe('[secret]');
    expect(printed[3]).toBe('{"secret":"[secret]"}');
  });

  it('is not printed by a process that dies with it in hand', () => {
    expect(inspect(Object.assign(new Error('gone'), { secret }))).not.toContain(value);
  });
});

describe('where a secret stands', () => {
  const find = (env: Record<string, string>, rules = {}) => {
    const faults: string[] = [];
    return { secret: findSecret(env, 'WEBHOOK_SECRET', faults, rules), faults };
  };

  it('may be the variable or a file, with or without an end of line', () => {
    expect(find({ WEBHOOK_SECRET: ` ${value} ` }).secret?.open()).toEqual([value]);
    expect(find({ WEBHOOK_SECRET_FILE: file(`${value}\n`) }).secret?.open()).toEqual([value]);
    expect(find({}).secret).toBeUndefined();
  });

  it('may be a Key Vault, whose secret is not known before somebody reads it', () => {
    const version = '0'.repeat(32);
    const { secret, faults } = find({
      WEBHOOK_SECRET: `https://contoso-soc.vault.azure.net/secrets/webhook/${version}`,
    });
    expect(faults).toEqual([]);
    expect(secret?.origin).toEqual({
      kind: 'vault',
      vault: 'https://contoso-soc.vault.azure.net',
      secret: 'webhook',
      version,
    });
    expect(() => secret?.open()).toThrow('WEBHOOK_SECRET was not read yet.');
  });

  it.each([
    'https://evil.example/secrets/webhook',
    'https://contoso.vault.azure.net.evil.example/secrets/webhook',
    'https://contoso.vault.azure.net./secrets/webhook',
    'https://contoso.vault.azure.net@evil.example/secrets/webhook',
    'https://user:pass@contoso.vault.azure.net/secrets/webhook',
    'https://contoso.vault.azure.net:8443/secrets/webhook',
    'https://[::1]/secrets/webhook',
    'https://169.254.169.254/secrets/webhook',
    'https://contoso。vault。azure。net.evil.example/secrets/webhook',
    'https://vault.azure.net/secrets/webhook',
    'https://a.b.vault.azure.net/secrets/webhook',
    'https://contoso.vault.azure.net/keys/webhook',
    'https://contoso.vault.azure.net/secrets/webhook?x=1',
    'https://contoso.vault.azure.net/secrets/../keys/webhook',
  ])('is no Key Vault at %s, and the fault does not repeat it', (address) => {
    const { secret, faults } = find({ WEBHOOK_SECRET: address });
    expect(secret).toBeUndefined();
    expect(faults).toEqual([expect.stringContaining('WEBHOOK_SECRET begins like an address')]);
    expect(faults.join()).not.toContain(address);
  });

  it('is one place only, and readable', () => {
    expect(find({ WEBHOOK_SECRET: value, WEBHOOK_SECRET_FILE: file(value) }).faults).toEqual([
      'WEBHOOK_SECRET and WEBHOOK_SECRET_FILE are both set. Keep one of them.',
    ]);
    expect(find({ WEBHOOK_SECRET_FILE: '/nowhere/at/all' }).faults).toEqual([
      'WEBHOOK_SECRET_FILE names /nowhere/at/all, which cannot be read: ENOENT.',
    ]);
    const empty = file('\n');
    expect(find({ WEBHOOK_SECRET_FILE: empty }).faults).toEqual([
      `WEBHOOK_SECRET_FILE names ${empty}, which is empty.`,
    ]);
    expect(find({ WEBHOOK_SECRET_FILE: file('short') }, { least: 16 }).faults).toEqual([
      expect.stringContaining('WEBHOOK_SECRET is shorter than 16 characters.'),
    ]);
  });
});

describe('a secret that is replaced', () => {
  const log = pino({ level: 'silent' });
  const still = { file: 3_600_000, vault: 3_600_000 };

  async function follow(secret: Secret | undefined, more: Partial<Rotation> = {}) {
    const rotated: string[] = [];
    if (!secret) throw new Error('There is no secret.');
    const end = await followSecrets([secret], {
      readVault: async () => 'no vault',
      rotated: (name) => rotated.push(name),
      log,
      pace: still,
      ...more,
    });
    return { secret, rotated, end };
  }

  it('is good at once, and the one before it for an hour longer', async () => {
    const place = file('the-first-secret');
    const found = findSecret({ X_FILE: place }, 'X', []);
    const { secret, rotated, end } = await follow(found);
    fs.writeFileSync(place, 'the-second-secret\n');
    expect(await isOneOf('the-second-secret', secret)).toBe(true);
    expect(await isOneOf('the-first-secret', secret)).toBe(true);
    expect(await isOneOf('any-other-secret', secret)).toBe(false);
    expect(rotated).toEqual(['X']);
    expect(secret.open(Date.now() + 59 * 60_000)).toEqual(['the-second-secret', 'the-first-secret']);
    expect(secret.open(Date.now() + 61 * 60_000)).toEqual(['the-second-secret']);
    end();
  });

  it('is looked for when somebody was refused, but not as often as anybody wants', async () => {
    let asked = 0;
    const found = findSecret({ X: 'https://contoso.vault.azure.net/secrets/x' }, 'X', []);
    const { secret, end } = await follow(found, {
      readVault: async () => {
        asked += 1;
        return 'the-only-secret';
      },
    });
    const guesses = Array.from({ length: 50 }, (_, n) => isOneOf(`guess ${n}`, secret));
    expect(await Promise.all(guesses)).not.toContain(true);
    expect(asked).toBe(1);
    await secret.renew(Date.now() + 6_000);
    expect(asked).toBe(2);
    end();
  });

  it('stays the one it was where the new one is empty, too short or cannot be read', async () => {
    const place = file('the-first-secret');
    const found = findSecret({ X_FILE: place }, 'X', [], { least: 8 });
    const told: unknown[] = [];
    const warned = pino({ level: 'warn' }, { write: (line: string) => void told.push(JSON.parse(line)) });
    const { secret, rotated, end } = await follow(found, { log: warned });
    for (const text of ['', 'short']) {
      fs.writeFileSync(place, text);
      await secret.look();
    }
    fs.rmSync(place);
    await secret.look();
    expect(secret.open()).toEqual(['the-first-secret']);
    expect(rotated).toEqual([]);
    expect(told).toHaveLength(3);
    expect(JSON.stringify(told)).not.toContain('"short"');
    end();
  });

  it('that no vault gives keeps the product from starting, and says what to do', async () => {
    const found = findSecret({ X: 'https://contoso.vault.azure.net/secrets/x' }, 'X', []);
    const denied = follow(found, {
      readVault: async () => {
        throw new Error('Azure answered 403.');
      },
    });
    await expect(denied).rejects.toThrow(
      'X cannot be read from https://contoso.vault.azure.net: Azure answered 403. The identity of Watchfloor needs the role Key Vault Secrets User there.',
    );
  });

  it('may be two from the start, parted by a comma', () => {
    const { open } = { open: () => findSecret({ X: 'new, old' }, 'X', [], { many: true })?.open() };
    expect(open()).toEqual(['new', 'old']);
  });
});
