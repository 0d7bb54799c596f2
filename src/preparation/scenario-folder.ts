import fs from 'node:fs/promises';
import path from 'node:path';
import { describe, Malformed } from '../errors.ts';
import type { Scenario } from '../incident/scenario.ts';
import { readScenario } from './read-scenario.ts';

/** Scenarios by name, and files that hold none. */
export interface Scenarios {
  all: Map<string, Scenario>;
  refused: { file: string; reason: string }[];
}

/** Those that come with Watchfloor. */
const shipped = path.join(import.meta.dirname, 'scenarios');
/** Somebody has to choose among them. */
const mostFiles = 100;
const longestFile = 100_000;

/** Reads them once, at the start. One of your own takes the place of a shipped one of its name. */
export async function readScenarios(folder: string | undefined): Promise<Scenarios> {
  const scenarios: Scenarios = { all: new Map(), refused: [] };
  for (const place of folder === undefined ? [shipped] : [shipped, folder]) {
    try {
      await readFolder(place, scenarios);
    } catch (error) {
      scenarios.refused.push({ file: place, reason: `The folder cannot be read: ${describe(error)}.` });
    }
  }
  return scenarios;
}

async function readFolder(folder: string, { all, refused }: Scenarios): Promise<void> {
  const files = (await fs.readdir(folder)).filter((file) => /\.ya?ml$/.test(file)).sort();
  for (const file of files.slice(mostFiles))
    refused.push({ file, reason: `There are ${mostFiles} before it.` });
  for (const file of files.slice(0, mostFiles)) {
    try {
      const text = await fs.readFile(path.join(folder, file), 'utf8');
      if (text.length > longestFile) throw new Malformed(`${file} is longer than ${longestFile} characters.`);
      const scenario = readScenario(text, file);
      all.set(scenario.name, scenario);
    } catch (error) {
      refused.push({ file, reason: describe(error) });
    }
  }
}
