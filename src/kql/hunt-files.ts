import fs from 'node:fs/promises';
import path from 'node:path';
import { describe } from '../errors.ts';
import { longestHunt } from './read-hunt.ts';

/** A file with a hunt, or why it cannot be one. */
export type HuntFile = { file: string; text: string } | { file: string; reason: string };

/** Deeper and wider than any folder of hunts that there is; a folder that was named by mistake ends here. */
const deepest = 20;
const mostFiles = 20_000;

/**
 * Every YAML file of a folder and the folders in it, by name, a few at a time. Names that begin with a dot are passed over,
 * as Kubernetes keeps the files of a mounted ConfigMap under such names. Throws where the folder itself cannot be read.
 */
export async function* huntFiles(folder: string): AsyncGenerator<HuntFile> {
  const root = await fs.realpath(folder);
  let count = 0;
  for await (const found of walk(root, '', 0)) {
    count += 1;
    if (count > mostFiles) {
      yield { file: found.file, reason: `It is one too many: a folder may hold ${mostFiles}.` };
      return;
    }
    yield found.reason === undefined
      ? await read(root, found.file)
      : { file: found.file, reason: found.reason };
  }
}

async function* walk(
  root: string,
  under: string,
  depth: number,
): AsyncGenerator<{ file: string; reason?: string }> {
  const entries = await fs.readdir(path.join(root, under), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const file = path.posix.join(under, entry.name);
    if (entry.isDirectory()) {
      if (depth >= deepest) yield { file, reason: `It lies deeper than ${deepest} folders.` };
      else yield* walk(root, file, depth + 1);
    } else if (/\.ya?ml$/i.test(entry.name)) {
      yield { file };
    } else if (entry.isSymbolicLink() && (await isFolder(path.join(root, file)))) {
      yield { file, reason: 'It is a link to a folder, which is not followed.' };
    }
  }
}

async function isFolder(place: string): Promise<boolean> {
  return fs.stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function read(root: string, file: string): Promise<HuntFile> {
  try {
    const place = await fs.realpath(path.join(root, file));
    if (!place.startsWith(root + path.sep))
      return { file, reason: 'It is a link that leads out of the folder.' };
    const found = await fs.stat(place);
    if (!found.isFile()) return { file, reason: 'It is no file.' };
    // In UTF-8 a character has at most four bytes.
    if (found.size > 4 * longestHunt) return { file, reason: `It is longer than ${longestHunt} characters.` };
    const bytes = await fs.readFile(place);
    if (bytes.includes(0)) return { file, reason: 'It is no UTF-8 text.' };
    return { file, text: bytes.toString('utf8') };
  } catch (error) {
    return { file, reason: `It cannot be read: ${describe(error)}.` };
  }
}
