import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type KeyRing, keyIdOf, type PublicKey, type Signer, toPublicKey } from './signature.ts';

/** What to do where there is no key. Once something is signed, another key in silence would hide that one was lost. */
export type IfGone = 'make' | 'refuse';

/**
 * The signing key in that PEM file. Its public key is put beside it and stays there when the key is replaced, so that
 * what the old one signed can be verified. Throws where the file is gone and no key is to be made.
 */
export async function openKeyFile(file: string, ifGone: IfGone): Promise<Signer> {
  if (!fs.existsSync(file)) {
    if (ifGone === 'refuse') throw new Error(cureOf(file));
    makeKey(file);
  }
  const key = createPrivateKey(fs.readFileSync(file));
  const publicKey = toPublicKey(key);
  const keyId = await keyIdOf(publicKey);
  keepPublicKey(file, keyId, publicKey);
  return {
    keyId,
    publicKey,
    async sign(content) {
      return publicKey.kty === 'OKP'
        ? sign(null, content, key)
        : sign('sha256', content, { key, dsaEncoding: 'ieee-p1363' });
    },
  };
}

function cureOf(file: string): string {
  return `The key file ${file} is gone. Put it back from the backup. If it is lost, make another one there, which the record will tell: openssl genpkey -algorithm ed25519 -out ${file}`;
}

/** Whole or not at all: of several that start on one folder, one makes the key. */
function makeKey(file: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const begun = `${file}.${randomUUID()}`;
  fs.writeFileSync(begun, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  try {
    fs.linkSync(begun, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    fs.rmSync(begun);
  }
}

/** Beside that file, under a name that tells its id. A folder that cannot be written to, a mounted secret, is let be. */
export function keepPublicKey(beside: string, keyId: string, key: PublicKey): void {
  const file = `${publicPrefix(beside)}${keyId}.pub.pem`;
  if (fs.existsSync(file)) return;
  const pem = createPublicKey({ key: { ...key }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    // Whole or not at all: whoever verifies reads every one of them.
    const begun = `${file}.${randomUUID()}`;
    fs.writeFileSync(begun, pem, { flush: true });
    fs.renameSync(begun, file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EROFS' && code !== 'EACCES') throw error;
  }
}

/** Every public key that was put beside that file; none where there never was one. */
export async function readPublicKeysBeside(file: string): Promise<KeyRing> {
  const [folder, prefix] = [path.dirname(file), path.basename(publicPrefix(file))];
  if (!fs.existsSync(folder)) return new Map();
  const names = fs.readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith('.pub.pem'));
  return readPublicKeys(names.map((name) => path.join(folder, name)));
}

/** Public keys of PEM files; a private key counts as its public one. Throws where one cannot be read. */
export async function readPublicKeys(files: string[]): Promise<KeyRing> {
  const ring: KeyRing = new Map();
  for (const file of files) {
    const pems = fs.readFileSync(file, 'utf8').match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g);
    if (!pems) throw new Error(`${file} holds no public key in PEM form.`);
    for (const pem of pems) {
      const key = toPublicKey(createPublicKey(pem));
      ring.set(await keyIdOf(key), key);
    }
  }
  return ring;
}

function publicPrefix(file: string): string {
  return `${file.replace(/\.pem$/, '')}-`;
}
