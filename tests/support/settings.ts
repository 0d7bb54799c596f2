import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';

/** What stands in the sandbox's settings file, as far as tests change it. */
export interface SandboxSettings {
  people: { name: string; slack?: string }[];
  hunts: { folder: string };
  enrichment: {
    enabled?: boolean;
    lists: { file: string }[];
    places: string[];
    cloudRanges: string[];
  } & object;
  [key: string]: unknown;
}

const own = path.resolve('src/sandbox/watchfloor.yaml');

/**
 * The sandbox's settings, changed, in a file of their own. Nobody is asked about entities unless a test says so: what
 * edits cards by itself would be in the way of whoever counts edits.
 */
export function writeSettings(change: (settings: SandboxSettings) => void = () => {}): string {
  const settings: SandboxSettings = parse(fs.readFileSync(own, 'utf8'));
  const seen = (place: string) => path.resolve(path.dirname(own), place);
  const { enrichment, hunts } = settings;
  settings.hunts = { ...hunts, folder: seen(hunts.folder) };
  settings.enrichment = {
    ...enrichment,
    enabled: false,
    lists: enrichment.lists.map((list) => ({ ...list, file: seen(list.file) })),
    places: enrichment.places.map(seen),
    cloudRanges: enrichment.cloudRanges.map(seen),
  };
  change(settings);
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-settings-')), 'watchfloor.yaml');
  fs.writeFileSync(file, stringify(settings));
  return file;
}

/** The sandbox as a person has it: everybody is asked. */
export function withEnrichment(): string {
  return writeSettings(({ enrichment }) => {
    enrichment.enabled = true;
  });
}
