import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-cli-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

interface Said {
  code: number;
  out: string;
  errors: string;
}

/** Runs the command as a person would, with nothing configured. */
async function cli(...words: string[]): Promise<Said> {
  const run = promisify(execFile);
  try {
    const { stdout, stderr } = await run(process.execPath, ['src/cli.ts', ...words], {
      env: { PATH: process.env.PATH },
    });
    return { code: 0, out: stdout, errors: stderr };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error;
    return { code: Number(error.code), out: String(error.stdout), errors: String(error.stderr) };
  }
}

/** What Azure would send of a sample, in a file. */
function payload(sample: string): string {
  const { body } = JSON.parse(fs.readFileSync(`src/sandbox/alerts/${sample}.json`, 'utf8'));
  const file = path.join(folder, `${sample}.json`);
  fs.writeFileSync(file, JSON.stringify(body));
  return file;
}

describe('watchfloor route', () => {
  it('says where an alert goes and why', async () => {
    const { code, out } = await cli('route', payload('vm-reverse-shell'));
    expect(code).toBe(0);
    expect(out).toContain('from defender, high severity, type VM_ReverseShell, target vm-pay-web-01');
    expect(out).toContain('priority 24: Crown jewel: vm-pay-web-01');
    expect(out).toContain('everything: chosen, because it takes everything');
    expect(out).toContain('platform team sees its own: passed by, because type does not fit');
    expect(out).toMatch(/→ slack C0SOC\n→ teams 19:soc@thread\.tacv2\n$/);
  });

  it('refuses what no source sends, and says what each missed', async () => {
    const file = path.join(folder, 'other.json');
    fs.writeFileSync(file, '{"hello":"world"}');
    const { code, errors } = await cli('route', file);
    expect(code).toBe(1);
    expect(errors).toContain('No source accepts this payload.');
    expect(errors).not.toContain('    at ');
  });
});

describe('watchfloor', () => {
  it('shows what it can do when asked, and fails on a word it does not know', async () => {
    const [asked, unknown] = await Promise.all([cli('help'), cli('strat')]);
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('watchfloor start') });
    expect(unknown).toMatchObject({ code: 2, out: asked.out });
  });
});
