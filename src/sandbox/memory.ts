import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export type Part = 'azure' | 'slack' | 'teams';
export type Parts = Record<Part, { save(): unknown; restore(saved: unknown): void }>;

/** `changed` is to be called after each change of a part, `close` once the last change was made. */
export interface Memory {
  changed(): void;
  close(): void;
}

/** Milliseconds from a change to the write that keeps it. */
const QUICK_MS = 250;
/** After a storm of 10,000 alerts a write takes about 0.1 s, so large memories are written seldom. */
const SELDOM_MS = 2_000;
const LONG_WRITE_MS = 50;

const world = z.object({ azure: z.unknown(), slack: z.unknown(), teams: z.unknown() });

/**
 * Keeps in `file` what the stand-ins hold: restores them from it now, writes it after changes. A file that
 * cannot be understood is put aside as `….unreadable.json` and said so; the stand-ins then stay as they are.
 */
export function openMemory(file: string, parts: Parts): Memory {
  restore(file, parts);
  let pause = QUICK_MS;
  let timer: NodeJS.Timeout | undefined;

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    const start = performance.now();
    try {
      replace(file, JSON.stringify(save(parts)));
    } catch (failure) {
      // Tried again after the next change; a full disk need not end the sandbox.
      console.warn(`The sandbox could not write its memory. ${String(failure)}`);
    }
    pause = performance.now() - start > LONG_WRITE_MS ? SELDOM_MS : QUICK_MS;
  }

  return {
    changed() {
      timer ??= setTimeout(write, pause).unref();
    },
    close() {
      if (timer) write();
    },
  };
}

/** All parts or none: what one part does not understand, the others must not remember. */
function restore(file: string, parts: Parts): void {
  const before = save(parts);
  try {
    const text = readIfThere(file);
    if (text !== undefined) restoreAll(parts, world.parse(JSON.parse(text)));
  } catch (failure) {
    if (!(failure instanceof SyntaxError) && !(failure instanceof z.ZodError)) throw failure;
    restoreAll(parts, before);
    const { dir, name } = path.parse(file);
    const aside = path.join(dir, `${name}.unreadable.json`);
    fs.renameSync(file, aside);
    console.warn(
      `The sandbox does not understand its memory and starts without it. It is now ${aside}. ${describe(failure)}`,
    );
  }
}

/** The first fault only: a memory of another version has one in each of 10,000 alerts. */
function describe(failure: SyntaxError | z.ZodError): string {
  if (failure instanceof SyntaxError) return failure.message;
  const [first] = failure.issues;
  return first ? `${first.message} at ${first.path.join('.')}.` : '';
}

function readIfThere(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

function save({ azure, slack, teams }: Parts): Record<Part, unknown> {
  return { azure: azure.save(), slack: slack.save(), teams: teams.save() };
}

function restoreAll(parts: Parts, saved: Record<Part, unknown>): void {
  parts.azure.restore(saved.azure);
  parts.slack.restore(saved.slack);
  parts.teams.restore(saved.teams);
}

/** By way of a second file, so that a kill in the middle leaves the old memory whole. */
function replace(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.new`;
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}
