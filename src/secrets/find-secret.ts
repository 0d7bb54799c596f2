import fs from 'node:fs';
import { isVault } from '../azure/vault-address.ts';
import { Secret, type SecretOrigin } from './secret.ts';

export interface SecretRules {
  /** Fewest characters; 1 when absent. */
  least?: number;
  /** Several may stand there, parted by commas. */
  many?: boolean;
  /** Why it cannot come from Key Vault. */
  notFromVault?: string;
  /** What is wrong with a value, as a sentence that does not repeat it. */
  check?: (text: string) => string | undefined;
}

type Environment = Record<string, string | undefined>;

/**
 * The secret of this name: as the value, in the file that `NAME_FILE` names, or as the address of a Key Vault's
 * secret. `undefined` where none is set. What is wrong with it is added to `faults`, never with its value.
 */
export function findSecret(
  env: Environment,
  name: string,
  faults: string[],
  { least = 1, many = false, notFromVault, check }: SecretRules = {},
): Secret | undefined {
  const value = env[name]?.trim();
  const path = env[`${name}_FILE`]?.trim();
  if (value && path) faults.push(`${name} and ${name}_FILE are both set. Keep one of them.`);
  const origin = path ? ({ kind: 'file', path } as const) : originOf(name, value, env, faults);
  if (!origin) return undefined;
  if (origin.kind === 'vault' && notFromVault)
    faults.push(`${name} cannot come from Key Vault: ${notFromVault}`);

  const complain = (text: string) =>
    text.length < least
      ? `${name} is shorter than ${least} characters. \`openssl rand -hex 32\` makes a good one.`
      : check?.(text);
  const text = origin.kind === 'file' ? readFile(name, origin.path, faults) : value;
  const bad = origin.kind !== 'vault' && text ? complain(text) : undefined;
  if (bad) faults.push(bad);
  const known = origin.kind === 'vault' ? undefined : (text ?? '');
  return new Secret({ name, origin, text: known, many, check: complain });
}

/** What a file holds now, without the line's end. Throws where it cannot be read. */
export function readSecretFile(path: string): string {
  return fs.readFileSync(path, 'utf8').trim();
}

function readFile(name: string, path: string, faults: string[]): string | undefined {
  try {
    const text = readSecretFile(path);
    if (text === '') faults.push(`${name}_FILE names ${path}, which is empty.`);
    return text || undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    faults.push(`${name}_FILE names ${path}, which cannot be read: ${code}.`);
    return undefined;
  }
}

const secretPath = /^\/secrets\/([0-9A-Za-z-]{1,127})(?:\/([0-9a-f]{32}))?\/?$/;

function originOf(
  name: string,
  value: string | undefined,
  env: Environment,
  faults: string[],
): SecretOrigin | undefined {
  if (!value) return undefined;
  if (!/^https:/i.test(value)) return { kind: 'value' };
  const url = URL.parse(value);
  const [, secret, version = ''] = secretPath.exec(url?.pathname ?? '') ?? [];
  if (url && secret && !url.search && !url.hash && isVault(url, env.AZURE_KEY_VAULT?.trim())) {
    return { kind: 'vault', vault: url.origin, secret, version };
  }
  faults.push(
    `${name} begins like an address and is none of a Key Vault's secret: https://<vault>.vault.azure.net/secrets/<name>, with /<version> or without.`,
  );
  return undefined;
}
