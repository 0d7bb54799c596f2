import type { Log } from '../log.ts';
import { readSecretFile } from './find-secret.ts';
import type { Secret, SecretOrigin } from './secret.ts';

export interface Rotation {
  /** Reads what stands in a Key Vault. Called only where something does. */
  readVault: (address: Extract<SecretOrigin, { kind: 'vault' }>) => Promise<string>;
  /** A secret has a new value from now on. */
  rotated: (name: string) => void;
  log: Log;
  pace?: { file: number; vault: number };
}

/** A file is on this machine; Key Vault counts what it is asked, and a few minutes are soon enough. */
const usualPace = { file: 10_000, vault: 5 * 60_000 };

/**
 * Reads every secret that only its Key Vault knows so far. From then on files and vaults are looked at again, so that
 * a secret is replaced without a restart. Throws one error that names every secret that cannot be read. Returns what
 * ends the looking.
 */
export async function followSecrets(secrets: Secret[], rotation: Rotation): Promise<() => void> {
  const inVaults = secrets.filter(({ origin }) => origin.kind === 'vault');
  const faults = await Promise.all(inVaults.map((secret) => openFirst(secret, rotation)));
  const said = faults.filter((fault) => fault !== undefined);
  if (said.length > 0) throw new Error(said.join('\n'));

  const { file, vault } = rotation.pace ?? usualPace;
  const timers = secrets.flatMap((secret) => {
    if (secret.origin.kind === 'value') return [];
    follow(secret, rotation);
    const timer = setInterval(() => void secret.look(), secret.origin.kind === 'file' ? file : vault);
    return [timer.unref()];
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

async function openFirst(secret: Secret, rotation: Rotation): Promise<string | undefined> {
  const { origin } = secret;
  if (origin.kind !== 'vault') return undefined;
  secret.follow(
    () => rotation.readVault(origin),
    () => {},
  );
  const looked = await secret.look();
  if (typeof looked === 'string') return undefined;
  return `${secret.name} cannot be read from ${origin.vault}: ${looked.bad} The identity of Watchfloor needs the role Key Vault Secrets User there.`;
}

function follow(secret: Secret, { readVault, rotated, log }: Rotation): void {
  const { name, origin } = secret;
  const read = async () => {
    switch (origin.kind) {
      case 'value':
        return secret.open()[0];
      case 'file':
        return readSecretFile(origin.path);
      case 'vault':
        return readVault(origin);
    }
  };
  secret.follow(read, (looked) => {
    if (looked === 'same') return;
    if (looked === 'changed') {
      log.info({ name }, 'secret replaced');
      rotated(name);
    } else {
      // The one before stays good.
      log.warn({ name, reason: looked.bad }, 'secret could not be read anew');
    }
  });
}
