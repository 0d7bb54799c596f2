import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PGlite, types } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type InitArguments = Parameters<NodeFS['init']>;

/** The part of Emscripten's module that we reach into; its place moved between PGlite 0.5.14 and 0.5.16. */
interface EmscriptenModule {
  NODEFS?: { stream_ops: { fsync?: (stream: { nfd: number }) => number } };
}

/**
 * PGlite's file system with real fsync. Emscripten's own fsync is a stub, so a committed transaction would
 * not survive a power cut. A test holds that the counter grows, because this reaches into Emscripten.
 */
export class DurableFileSystem extends NodeFS {
  static syncs = 0;

  override async init(...[pg, options]: InitArguments) {
    const initialised = await super.init(pg, options);
    const installFsync = (module: EmscriptenModule) => {
      if (!module.NODEFS)
        throw new Error('PGlite keeps its file system elsewhere now; pin @electric-sql/pglite.');
      module.NODEFS.stream_ops.fsync = syncToDisk;
    };
    const preRun = initialised.emscriptenOpts.preRun ?? [];
    const earlier = Array.isArray(preRun) ? preRun : [preRun];
    return {
      emscriptenOpts: {
        ...initialised.emscriptenOpts,
        preRun: [...earlier, installFsync as (typeof earlier)[number]],
      },
    };
  }
}

function syncToDisk(stream: { nfd: number }): number {
  try {
    fs.fsyncSync(stream.nfd);
    DurableFileSystem.syncs += 1;
  } catch (error) {
    // Folders and sockets cannot be synced; PostgreSQL does not ask for more there either.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EINVAL' && code !== 'EBADF') throw error;
  }
  return 0;
}

/**
 * Two processes on one folder would destroy each other's rows: PGlite has no lock. An exclusive SQLite
 * transaction is one that the kernel frees when the process is killed.
 */
function lockFolder(folder: string): DatabaseSync {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(path.join(folder, 'owner.lock'));
  try {
    lock.exec('pragma busy_timeout = 0; pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    lock.close();
    throw new Error(
      `${folder} is in use by another process. Stop it, or set DATA_DIR, or share one database through DATABASE_URL.`,
      { cause: error },
    );
  }
  return lock;
}

/** PostgreSQL in this process, on files in `folder`, durable and owned by this process alone. */
export async function openEmbedded(folder: string): Promise<{ lite: PGlite; unlock: () => void }> {
  const lock = lockFolder(folder);
  const lite = new PGlite({
    fs: new DurableFileSystem(path.join(folder, 'pg')),
    parsers: { [types.INT8]: (value: string) => Number(value) },
    startParams: [...PGlite.defaultStartParams.filter((p) => p !== '-F'), '-c', 'wal_sync_method=fsync'],
  });
  await lite.waitReady;
  return { lite, unlock: () => lock.close() };
}
