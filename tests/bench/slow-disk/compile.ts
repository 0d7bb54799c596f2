import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** @returns the library to load first; `undefined` where no C compiler is installed */
export function compileSlowSync(folder: string): string | undefined {
  const source = fileURLToPath(new URL('slow-sync.c', import.meta.url));
  const library = path.join(folder, 'slow-sync.so');
  const { status } = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']);
  if (status !== 0) return undefined;
  // PostgreSQL runs as another user.
  fs.chmodSync(folder, 0o755);
  fs.chmodSync(library, 0o755);
  return library;
}
