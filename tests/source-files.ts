import fs from 'node:fs';
import path from 'node:path';

/** One arrow between two of our files; paths from `src`, such as `flow/act.ts`. */
export interface Arrow {
  from: string;
  to: string;
  /** Types leave no trace at run time. */
  typesOnly: boolean;
}

/** Every TypeScript file under `src`. */
export function sourceFiles(): string[] {
  return fs
    .readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.split(path.sep).join('/'))
    .sort();
}

export function readSource(file: string): string {
  return fs.readFileSync(path.join('src', file), 'utf8');
}

const statement = /^(?:import|export)\s+(type\s+)?([^;'"]*?from\s+)?['"](\.[^'"]+)['"]/gm;
const dynamic = /\bimport\(\s*['"](\.[^'"]+)['"]/g;

/** All imports among our own files, dynamic ones too. */
export function arrows(): Arrow[] {
  return sourceFiles().flatMap((from) => {
    const text = readSource(from);
    const to = (target: string) => path.posix.join(path.posix.dirname(from), target);
    return [
      ...[...text.matchAll(statement)].map(([, type, names = '', target = '']) => ({
        from,
        to: to(target),
        typesOnly: Boolean(type) || onlyTypes(names),
      })),
      ...[...text.matchAll(dynamic)].map(([, target = '']) => ({ from, to: to(target), typesOnly: false })),
    ];
  });
}

/** `{ type A, type B } from` */
function onlyTypes(names: string): boolean {
  const inner = names.match(/^\{([^}]*)\}/)?.[1];
  const single =
    inner
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? [];
  return single.length > 0 && single.every((name) => name.startsWith('type '));
}
