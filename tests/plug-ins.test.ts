import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { durationInWords, secondsInWords } from '../src/channels/run-words.ts';
import { buttonVerbs } from '../src/channels/views.ts';
import { deedOf } from '../src/commands/command.ts';
import { commands } from '../src/commands/index.ts';
import { rowsOfTable } from '../src/commands/permissions.ts';
import { enrichers } from '../src/enrichers/index.ts';
import { sides } from '../src/enrichers/sides.ts';
import { permissions, rolesOf } from '../src/people/permissions.ts';
import { roles } from '../src/people/roles.ts';
import { playbooks } from '../src/playbooks/index.ts';
import type { Playbook } from '../src/playbooks/playbook.ts';
import { sources } from '../src/sources/index.ts';
import { everyEnricher } from './enrichers/all.ts';
import { table } from './markdown.ts';
import { effectOf, everyKindOfYours, everyPlaybook } from './playbooks/all.ts';
import { readSource, sourceFiles } from './source-files.ts';

/** Files of a room that hold a plug-in: they say so by its type. */
function plugInFiles(room: string, says: RegExp): string[] {
  return sourceFiles()
    .filter((file) => file.startsWith(`${room}/`) && !file.endsWith('/index.ts'))
    .filter((file) => says.test(readSource(file)))
    .map((file) => file.slice(room.length + 1, -3));
}

function manifest(name: string) {
  return JSON.parse(fs.readFileSync(`manifests/${name}/manifest.json`, 'utf8'));
}

const names = commands.map((command) => command.name);

describe('sources', () => {
  it('are the files of their folder, each under its own name', () => {
    const files = plugInFiles('sources', /^export function create\w+\([^)]*\): Source\b/m);
    expect(Object.keys(sources).sort()).toEqual(files);
    for (const name of files) expect(readSource(`sources/${name}.ts`)).toContain(`name: '${name}'`);
  });
});

describe('enrichers', () => {
  const every = everyEnricher();

  it('are the files of their folder, each under its own name', () => {
    const files = plugInFiles('enrichers', /^export function create\w+\([\s\S]*?\): Enricher \{/m);
    expect(Object.keys(enrichers).sort()).toEqual(files.sort());
    expect(every.map(({ name }) => name)).toEqual(Object.keys(enrichers));
  });

  it('stand in docs/enrichment.md as they say it of themselves', () => {
    const rows = every.map(({ name, question, api, permission, lifetimeSeconds, onDemand, limits }) => [
      `\`${name}\``,
      question,
      api,
      permission,
      `${secondsInWords(lifetimeSeconds)}${onDemand ? ', on demand' : ''}`,
      limits,
    ]);
    expect(table('docs/enrichment.md', 'name')).toEqual(rows);
  });

  it('stay within what their side may be asked for one subject, and end before their lease does', () => {
    for (const { side, calls, deadlineMs } of every) {
      expect(calls).toBeLessThanOrEqual(sides[side].perMinute);
      expect(deadlineMs).toBeLessThanOrEqual(45_000);
    }
  });
});

describe('playbooks', () => {
  const every = everyPlaybook();

  it('are the files of their folder, each under its own name', () => {
    const files = plugInFiles('playbooks', /^export function create\w+\([\s\S]*?\): Playbook \{/m);
    expect(Object.keys(playbooks).sort()).toEqual(files.sort());
    expect(every.map(({ name }) => name)).toEqual(Object.keys(playbooks));
  });

  it('run the suite that all of them hold to', () => {
    const tests = fs
      .readdirSync('tests/playbooks', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .filter((name) => /\bplaybookContract\(/.test(fs.readFileSync(`tests/playbooks/${name}`, 'utf8')))
      .map((name) => path.basename(name, '.test.ts'));
    expect(Object.keys(playbooks).filter((name) => !tests.includes(name))).toEqual([]);
  });

  it('stand in docs/playbooks.md as they say it of themselves', () => {
    const rows = every.map((play) => [
      `\`${play.name}\``,
      effectOf(play),
      play.about.join(', '),
      play.risk,
      play.reverse?.title ?? 'nothing',
      lastsInWords(play),
      play.api,
      play.permission,
    ]);
    expect(table('docs/playbooks.md', 'name')).toEqual(rows);
  });

  it('of a team stand there by their kinds, with what each needs', () => {
    const rows = table('docs/playbooks.md', '`kind`').map(([kind, , , api, permission]) => [
      kind,
      api,
      permission,
    ]);
    expect(rows).toEqual(
      everyKindOfYours().map(({ name, api, permission }) => [`\`${name}\``, api, permission]),
    );
  });
});

describe('commands', () => {
  it('are the files of their folder, each once', () => {
    const files = plugInFiles(
      'commands',
      /^export (const \w+: (Read|Change|Self|Log|Desk)Command|function help\()/m,
    );
    const listed = commands.map((command) => (command.kind === 'change' ? command.verb : command.name));
    expect(listed.sort()).toEqual(files.sort());
  });

  it('start their usage with their own word, which is what help teaches', () => {
    for (const { name, usage } of commands) expect(usage.split(' ')[0]).toBe(name);
  });

  it('are offered by Teams in the same order as far as they fit, with an example that is understood', () => {
    const [bot] = manifest('teams').bots;
    const offered: { title: string; description: string }[] = bot.commandLists[0].commands;
    const titles = offered.map((command) => command.title);
    expect(titles).toEqual(names.filter((name) => titles.includes(name)));
    // A list holds twelve at the most; help names the others.
    expect(titles).toHaveLength(12);
    expect(titles).toContain('help');
    for (const { title, description } of offered) {
      // https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema#bots
      expect(title.length).toBeLessThanOrEqual(32);
      expect(description.length).toBeLessThanOrEqual(128);
      const example = description.split(': ')[1];
      if (example) expect(example.split(' ')[0]).toBe(title);
    }
  });

  it('are what the hint of the Slack command names', () => {
    const [command] = manifest('slack').features.slash_commands;
    const hinted: string[] = command.usage_hint.match(/[a-z]+/g);
    expect(names).toContain(hinted[0]);
  });

  it('stand in the README as help says them, with who may use them', () => {
    const rows = table('README.md', 'command');
    expect(rows).toEqual(
      commands.map((command) => [`\`${command.usage}\``, command.summary, whoMay(command)]),
    );
  });
});

describe('permissions', () => {
  it('are asked for by every command and button, and by nothing that is not there', () => {
    const asked = commands.map((command) => deedOf(command));
    const buttonsAlone = [
      'retry',
      'pin',
      'act',
      'break-glass',
      'review-run',
      'oncall-change',
      'oncall-override',
      'drill-start',
      'silence-high',
      'silence-azure',
    ];
    expect(Object.keys(permissions).sort()).toEqual([...asked, ...buttonsAlone].sort());
    for (const verb of buttonVerbs) expect(Object.keys(permissions)).toContain(verb);
  });

  it('stand in docs/permissions.md as the command prints them', () => {
    const rows = rowsOfTable().map(({ lead, who, needs }) => [lead, who, needs]);
    expect(table('docs/permissions.md', 'what')).toEqual(rows);
  });
});

function lastsInWords({ lasts, reverse }: Playbook): string {
  if (lasts) return `${durationInWords(lasts.minutes)}, at most ${durationInWords(lasts.mostMinutes)}`;
  return reverse ? 'until somebody ends it' : '–';
}

function whoMay(command: (typeof commands)[number]): string {
  const allowed = rolesOf(deedOf(command));
  if (allowed === 'everyone') return 'everyone';
  return allowed.length === roles.length ? 'everybody with a role' : allowed.join(', ');
}
