import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Arrow, arrows, readSource, sourceFiles } from './source-files.ts';

/** Whoever does something may count it and say where in a trace it stands; the rules do nothing. */
const observing = ['telemetry.ts', 'trace.ts'];

/**
 * Room → what its files may import besides each other. A room is a folder or a file; the longest that fits
 * counts. The whole house stands in docs: `incident` knows nobody, `flow` knows contracts, only the doors wire.
 */
const mayImport: Record<string, string[]> = {
  'errors.ts': [],
  'trace.ts': ['errors.ts'],
  'log.ts': ['trace.ts'],
  'event-loop.ts': ['log.ts'],
  'telemetry.ts': ['errors.ts', 'log.ts', 'trace.ts', 'event-loop.ts'],
  'safe-parse.ts': [],
  'outgoing.ts': [],
  // Values that nobody prints, and where they come from.
  secrets: ['azure/vault-address.ts', 'log.ts'],
  // Every door to the outside: who comes, how often, and what is believed.
  edge: ['secrets/secret.ts', 'errors.ts', 'log.ts', ...observing],
  'edge/sign-in-pages.ts': ['edge', 'edge/sign-in-page.ts', 'flow/open-sign-ins.ts', 'errors.ts', 'log.ts'],
  'edge/sign-in-page.ts': ['flow/sign-in.ts'],
  'backlog-gauges.ts': ['store/backlog.ts'],
  'config.ts': ['settings.ts', 'secrets', 'edge/sender.ts', 'azure/vault-address.ts'],
  // What several parts of the settings file say in one way.
  'setting-shapes.ts': ['time'],
  // Clocks on walls, hours of the week, and what people say for when: nobody's rules.
  time: [],
  'settings.ts': [
    'setting-shapes.ts',
    'incident',
    'kql',
    'people',
    'enrichers/settings.ts',
    'playbooks/settings.ts',
    'preparation/settings.ts',
    'outgoing.ts',
    'channels/clearance.ts',
    'channels/digest-settings.ts',
    'channels/audience-policy.ts',
  ],

  incident: ['time', 'setting-shapes.ts', 'errors.ts'],
  // What may be asked of logs, and what comes of it: parse, guard, bound, escape, saved hunts.
  kql: ['incident', 'time', 'errors.ts', 'safe-parse.ts'],
  azure: ['kql/logs.ts', 'errors.ts', 'log.ts', 'secrets/secret.ts', 'outgoing.ts', ...observing],
  // Chains, signatures, and the forms in which the record leaves.
  record: ['incident', 'errors.ts'],
  // What was asked of logs is stored as it was planned.
  // So is what is said unasked: as it was drawn, once for all rooms.
  store: ['incident', 'kql', 'record', 'channels/page-view.ts', 'errors.ts', 'log.ts', ...observing],
  sources: ['incident', 'azure', 'errors.ts', 'safe-parse.ts', ...observing],
  // One file each: what somebody else knows of an account, a machine, an address.
  enrichers: ['incident', 'azure', 'kql', 'errors.ts', 'safe-parse.ts', 'outgoing.ts', ...observing],
  // One file each: a change that we know how to make, and how to take it back.
  playbooks: [
    'incident',
    'setting-shapes.ts',
    'azure',
    'enrichers/ip.ts',
    'errors.ts',
    'safe-parse.ts',
    'outgoing.ts',
    ...observing,
  ],
  // What is practised: scenarios, those that come with Watchfloor and those of a team.
  preparation: ['incident', 'setting-shapes.ts', 'errors.ts', 'safe-parse.ts'],
  people: ['incident', 'time', 'setting-shapes.ts', 'errors.ts', 'channels/channel.ts', 'azure/graph.ts'],
  // One file each: who is on call, as somebody else keeps it.
  schedules: [
    'time',
    'people/spans.ts',
    'people/read-calendar.ts',
    'azure/rest.ts',
    'enrichers/outside.ts',
    'errors.ts',
    'safe-parse.ts',
  ],
  // Whoever is called outside of the chats, and the heartbeat that somebody misses.
  paging: ['secrets/secret.ts', 'outgoing.ts', 'errors.ts', ...observing],
  commands: [
    'incident',
    'time',
    'kql',
    'people',
    'errors.ts',
    'channels/channel.ts',
    'channels/views.ts',
    'channels/clean.ts',
  ],
  channels: ['incident', 'setting-shapes.ts', 'kql', 'errors.ts'],
  'channels/slack': [
    'channels',
    'incident',
    'errors.ts',
    'log.ts',
    'edge/request-body.ts',
    'outgoing.ts',
    'safe-parse.ts',
    'edge/refusals.ts',
    'secrets/secret.ts',
    ...observing,
  ],
  'channels/teams': [
    'channels',
    'incident',
    'errors.ts',
    'log.ts',
    'edge/request-body.ts',
    'outgoing.ts',
    'safe-parse.ts',
    'edge/refusals.ts',
    ...observing,
  ],
  flow: [
    'incident',
    'time',
    'kql',
    'record',
    'store',
    'commands',
    'people',
    'channels',
    'sources/source.ts',
    'enrichers/enricher.ts',
    'enrichers/sides.ts',
    'enrichers/answer.ts',
    'playbooks/playbook.ts',
    'schedules/schedule.ts',
    // What the settings say of approval, rooms and rules.
    'playbooks/settings.ts',
    'preparation/settings.ts',
    'setting-shapes.ts',
    // Who came back from Entra, and nothing of how.
    'azure/sign-in.ts',
    'paging',
    'edge/rate.ts',
    'errors.ts',
    'log.ts',
    ...observing,
  ],
};

/** They know everybody, and nobody knows them. */
const doors = [
  'main.ts',
  'cli.ts',
  'explain-route.ts',
  'upkeep.ts',
  'audit.ts',
  'vendors.ts',
  'open-enrichers.ts',
  'open-playbooks.ts',
  'open-on-call.ts',
  'open-preparation.ts',
  'open-secrets.ts',
  'check-hunts.ts',
];
/** What people pass through from one door to the next. */
const betweenDoors = [
  'cli.ts -> main.ts',
  'main.ts -> vendors.ts',
  'main.ts -> open-enrichers.ts',
  'main.ts -> open-playbooks.ts',
  'main.ts -> open-on-call.ts',
  'main.ts -> open-preparation.ts',
  'cli.ts -> explain-route.ts',
  'cli.ts -> upkeep.ts',
  'cli.ts -> audit.ts',
  'cli.ts -> check-hunts.ts',
  'main.ts -> open-secrets.ts',
  'cli.ts -> open-secrets.ts',
];

const rooms = Object.keys(mayImport).sort((a, b) => b.length - a.length);
const roomOf = (file: string) => rooms.find((room) => file === room || file.startsWith(`${room}/`));
const said = ({ from, to }: Arrow) => `${from} -> ${to}`;
const all = arrows();

describe('the house', () => {
  it('has a room for every file', () => {
    const homeless = sourceFiles().filter(
      (file) => !roomOf(file) && !doors.includes(file) && !file.startsWith('sandbox/'),
    );
    expect(homeless).toEqual([]);
  });

  it('has arrows that lead to files which are there', () => {
    const there = new Set(sourceFiles());
    expect(all.filter(({ to }) => to.endsWith('.ts') && !there.has(to)).map(said)).toEqual([]);
  });

  it.each(Object.keys(mayImport))('lets %s import only what it may', (room) => {
    const allowed = mayImport[room] ?? [];
    const wrong = all.filter(({ from, to }) => {
      if (roomOf(from) !== room) return false;
      const target = roomOf(to);
      return target !== room && !allowed.some((place) => to === place || target === place);
    });
    expect(wrong.map(said)).toEqual([]);
  });

  it('lets people see the contract of chats as types alone', () => {
    const wrong = all.filter(
      ({ from, to, typesOnly }) => roomOf(from) === 'people' && to.startsWith('channels/') && !typesOnly,
    );
    expect(wrong.map(said)).toEqual([]);
  });

  it('is wired at its doors and nowhere else', () => {
    const wrong = all.filter(({ to }) => doors.includes(to)).map(said);
    expect(wrong.filter((arrow) => !betweenDoors.includes(arrow))).toEqual([]);
  });

  it('has no circle', () => {
    expect(findCircle(all)).toBeUndefined();
  });
});

describe('the sandbox', () => {
  it('takes nothing of the product but types of contracts', () => {
    const contracts = ['incident', 'channels', 'sources/source.ts'];
    const wrong = all.filter(({ from, to, typesOnly }) => {
      if (!from.startsWith('sandbox/') || to.startsWith('sandbox/')) return false;
      return !typesOnly || !contracts.some((place) => to === place || roomOf(to) === place);
    });
    expect(wrong.map(said)).toEqual([]);
  });

  it('is known to nobody but the command line', () => {
    const wrong = all.filter(({ from, to }) => !from.startsWith('sandbox/') && to.startsWith('sandbox/'));
    expect([...new Set(wrong.map(({ from }) => from))]).toEqual(['cli.ts']);
  });

  it('is loaded only when it is wanted', () => {
    expect(readSource('cli.ts')).toContain("await import('./sandbox/sandbox.ts')");
    expect(readSource('cli.ts')).not.toMatch(/^import .*sandbox/m);
  });
});

describe('files', () => {
  it('read the environment only where it is configured', () => {
    const readers = sourceFiles().filter((file) => /\bprocess\.env\b/.test(readSource(file)));
    expect(
      readers.filter((file) => file !== 'config.ts' && file !== 'cli.ts' && !file.startsWith('sandbox/')),
    ).toEqual([]);
  });

  it('do not ask the clock or chance in the rules', () => {
    const wrong = sourceFiles()
      .filter((file) => file.startsWith('incident/'))
      .filter((file) => /Date\.now|new Date\(\)|Math\.random|randomUUID/.test(readSource(file)));
    expect(wrong).toEqual([]);
  });

  it('are named for what they do', () => {
    const vague = /^(types?|utils?|helpers?|common|misc|shared|manager|service)\.ts$/;
    expect(sourceFiles().filter((file) => vague.test(path.posix.basename(file)))).toEqual([]);
  });

  it('named index.ts list plug-ins; there are no others', () => {
    const lists = sourceFiles().filter((file) => path.posix.basename(file) === 'index.ts');
    expect(lists).toEqual([
      'commands/index.ts',
      'enrichers/index.ts',
      'playbooks/index.ts',
      'sources/index.ts',
    ]);
  });
});

/** A way from a file back to itself, or `undefined`. */
function findCircle(from: Arrow[]): string[] | undefined {
  const next = Map.groupBy(from, (arrow) => arrow.from);
  const done = new Set<string>();
  const visit = (file: string, way: string[]): string[] | undefined => {
    const at = way.indexOf(file);
    if (at >= 0) return [...way.slice(at), file];
    if (done.has(file)) return undefined;
    for (const { to } of next.get(file) ?? []) {
      const circle = visit(to, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}
