import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { packApp } from '../../../manifests/teams/package.ts';
import { commands } from '../../../src/commands/index.ts';

const folder = new URL('../../../manifests/teams/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'));
const appId = 'e8d3b6a2-4c19-4f75-9a60-7b1c5d2e8f34';

describe('the Teams app', () => {
  it('has a manifest that holds to Microsoft’s schema of its version', () => {
    expect(findManifestFaults(manifest)).toEqual([]);
    const installed = readEntries(packApp(appId, 'watchfloor.contoso.com')).get('manifest.json');
    expect(findManifestFaults(JSON.parse(installed?.toString() ?? ''))).toEqual([]);
    expect(findManifestFaults({ ...manifest, bots: [{ botId: 'watchfloor' }] })).not.toEqual([]);
  });

  it('offers commands that there are, help among them, which tells the rest', () => {
    const offered: { title: string }[] = manifest.bots[0].commandLists[0].commands;
    const names = commands.map(({ name }) => name);
    expect(offered.filter(({ title }) => !names.includes(title))).toEqual([]);
    expect(offered.at(-1)).toMatchObject({ title: 'help' });
  });

  it('hands over files: without this Teams shows no consent for them', () => {
    expect(manifest.bots[0]).toMatchObject({ supportsFiles: true });
  });

  it('has icons of the sizes that Teams wants, the small one on nothing', () => {
    for (const [file, size] of [
      ['color.png', 192],
      ['outline.png', 32],
    ] as const) {
      const png = readFileSync(new URL(file, folder));
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
      const withOpacity = 6;
      expect(png[25]).toBe(withOpacity);
    }
  });

  it('is packed with the installation’s own id and host', () => {
    const packed = packApp(appId, 'watchfloor.contoso.com');
    const entries = readEntries(packed);
    expect([...entries.keys()]).toEqual(['manifest.json', 'color.png', 'outline.png']);
    const filled = JSON.parse(entries.get('manifest.json')?.toString() ?? '');
    expect(filled).toMatchObject({
      id: appId,
      bots: [{ botId: appId }],
      validDomains: ['watchfloor.contoso.com'],
    });
    expect(JSON.stringify(filled)).not.toContain('example');
    expect(entries.get('color.png')).toEqual(readFileSync(new URL('color.png', folder)));
  });

  it('is not packed for something that is no id or no host', () => {
    expect(() => packApp('watchfloor', 'watchfloor.contoso.com')).toThrow(/Microsoft App ID/);
    expect(() => packApp(manifest.id, 'https://watchfloor.contoso.com/')).toThrow(/without scheme/);
  });
});

/** What Microsoft's schema, of the version that the manifest says it has, holds against it. */
function findManifestFaults(written: { manifestVersion: string }): unknown[] {
  const require = createRequire(import.meta.url);
  const tools = require.resolve('@microsoft/app-manifest/package.json');
  const schema = require(
    `${dirname(tools)}/build/json-schemas/teams/v${written.manifestVersion}/MicrosoftTeams.schema.json`,
  );
  // The schema is of 2013's draft 4; what reads it comes with the package that brings the schema.
  const { default: DraftFour }: typeof import('ajv-draft-04') = createRequire(tools)('ajv-draft-04');
  const ajv = new DraftFour({ allErrors: true, strict: false });
  addFormats.default(ajv);
  ajv.validate(schema, written);
  return ajv.errors ?? [];
}

/** Reads a zip of stored entries by its central directory, as an unzipper does. */
function readEntries(zip: Buffer): Map<string, Buffer> {
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  const entries = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const name = zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString();
    const file = zip.readUInt32LE(at + 42);
    const start = file + 30 + zip.readUInt16LE(file + 26);
    entries.set(name, zip.subarray(start, start + zip.readUInt32LE(at + 24)));
    at += 46 + zip.readUInt16LE(at + 28);
  }
  return entries;
}
