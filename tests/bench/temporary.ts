import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const folders = new Set<string>();
process.once('exit', () => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the bench ends, however that ends. */
export function openFolder(name: string): { folder: string; remove(): void } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `watchfloor-${name}-`));
  folders.add(folder);
  return {
    folder,
    remove() {
      fs.rmSync(folder, { recursive: true, force: true });
      folders.delete(folder);
    },
  };
}
