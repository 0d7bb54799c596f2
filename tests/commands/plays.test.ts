import { describe, expect, it } from 'vitest';
import type { ReplyView } from '../../src/channels/views.ts';
import type { Desks } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import type { PlayDesk } from '../../src/commands/play-desk.ts';
import { understand } from '../../src/commands/understand.ts';
import { Refused } from '../../src/errors.ts';
import { incidentAfter } from '../incident/given.ts';
import { company, peopleOf } from '../people/company.ts';

/** What the desk is asked for when Lena types this, in the thread of an incident where one is given. */
async function asked(text: string, thread?: number): Promise<unknown[]> {
  const { command, ...said } = understand(text, commands, thread);
  if (command.kind !== 'desk') throw new Error(`"${text}" is not about playbooks.`);
  const calls: unknown[] = [];
  const note =
    (name: keyof PlayDesk) =>
    async (...what: unknown[]): Promise<ReplyView> => {
      calls.push(name, ...what);
      return { kind: 'none' };
    };
  const desk: PlayDesk = {
    playbooks: note('playbooks'),
    offered: note('offered'),
    discover: note('discover'),
    request: note('request'),
    runs: note('runs'),
    contained: note('contained'),
    approve: note('approve'),
    undo: note('undo'),
    automation: note('automation'),
  };
  const words = {
    ...said,
    person: { ...company.lena, assurance: 'full' as const, because: '' },
    people: peopleOf(Object.values(company)),
    ask: async () => {
      throw new Refused('Nobody is asked.');
    },
    read: async () => incidentAfter(),
  };
  await command.answer(words, { plays: desk } as Desks);
  return calls;
}

describe('playbooks', () => {
  it.each([
    ['playbooks', undefined, ['playbooks', '']],
    ['plays isolate machine', undefined, ['playbooks', 'isolate machine']],
    ['playbooks INC-7', undefined, ['offered', 7]],
    ['playbooks', 1042, ['offered', 1042]],
    ['playbooks INC-7', 1042, ['offered', 7]],
    ['playbooks password', 1042, ['playbooks', 'password']],
    ['playbooks --all', 1042, ['playbooks', '']],
    ['playbooks --discover', 1042, ['discover']],
  ])('"%s" in the thread of %s lists what is meant', async (text, thread, wanted) => {
    expect(await asked(text, thread)).toEqual(wanted);
  });

  it('that could be had are listed for nobody’s words', async () => {
    await expect(asked('playbooks --discover isolate')).rejects.toThrow(
      new Refused('Say it alone: playbooks --discover.'),
    );
  });
});

describe('run', () => {
  const wish = {
    incident: 1042,
    play: 'isolate-machine',
    target: '',
    parameters: {},
    minutes: undefined,
    reason: '',
  };

  it.each([
    ['run isolate-machine', {}],
    ['act isolate-machine', {}],
    ['run isolate-machine INC-7', { incident: 7 }],
    ['run INC-7 isolate-machine', { incident: 7 }],
    ['run isolate-machine --target vm-pay-web-01 #7', { incident: 7, target: 'vm-pay-web-01' }],
    ['run isolate-machine --incident INC-7', { incident: 7 }],
    ['run isolate-machine vm-pay-web-01 --for 4h', { target: 'vm-pay-web-01', minutes: 240 }],
    ['run isolate-machine --target “Adam Keller” --for 30m', { target: 'Adam Keller', minutes: 30 }],
    ['run isolate-machine --for 2d', { minutes: 2_880 }],
    ['run isolate-machine --set port=3389', { parameters: { port: '3389' } }],
    [
      'run isolate-machine --set port=3389 --set "why-so=a = b" --set note=',
      { parameters: { port: '3389', 'why-so': 'a = b', note: '' } },
    ],
    ['run isolate-machine --reason "same as INC-7" --for 1h', { reason: 'same as INC-7', minutes: 60 }],
    [
      'run isolate-machine --reason it’s beaconing, don’t wait --for 1h',
      { reason: "it's beaconing, don't wait", minutes: 60 },
    ],
  ])('"%s" asks for just that', async (text, more) => {
    expect(await asked(text, 1042)).toEqual(['request', { ...wish, ...more }]);
  });

  it.each([
    ['run', 'Run what? "playbooks" lists them. Like: run isolate-machine INC-1042.'],
    ['run INC-7', 'Run what? "playbooks" lists them. Like: run isolate-machine INC-1042.'],
    ['run isolate-machine', 'For which incident? Say it under its card, or: run isolate-machine INC-1042.'],
    [
      'run disable-user INC-7 --target Adam Keller',
      'What is "Keller"? Several words go in quotes: --target "Adam Keller".',
    ],
    [
      'run isolate-machine INC-7 --for ever',
      '"ever" is no length of time. Say --for 30m, --for 4h or --for 2d.',
    ],
    ['run isolate-machine INC-7 --for 0h', '"0h" is no length of time. Say --for 30m, --for 4h or --for 2d.'],
    ['run close-port INC-7 --set 3389', 'Say --set name=value, not "3389".'],
    ['run close-port INC-7 --set port=22 --set port=80', '"port" is set twice. Say it once.'],
    [
      'run isolate-machine INC-7 --targt vm-web-01',
      `Unknown option '--targt'. Did you mean --target? Type "run --help".`,
    ],
  ])('"%s" is refused with what to type', async (text, sentence) => {
    await expect(asked(text)).rejects.toThrow(new Refused(sentence));
  });

  it('keeps a reason fit for the database and short enough to be read', async () => {
    const [, wished] = await asked(`run isolate-machine --reason "a\u0000b${'😀'.repeat(2_000)}"`, 1042);
    const { reason } = wished as { reason: string };
    expect(reason).toMatch(/^ab😀+…$/u);
    expect(Array.from(reason)).toHaveLength(500);
  });
});

describe('runs', () => {
  it.each([
    ['runs', undefined, { incident: undefined, unreviewed: false }],
    ['runs', 1042, { incident: 1042, unreviewed: false }],
    ['runs INC-7 --unreviewed', 1042, { incident: 7, unreviewed: true }],
    ['runs --unreviewed INC-7', undefined, { incident: 7, unreviewed: true }],
  ])('"%s" in the thread of %s are those that are meant', async (text, thread, filter) => {
    expect(await asked(text, thread)).toEqual(['runs', filter]);
  });

  it('of something else are not guessed', async () => {
    await expect(asked('runs yesterday')).rejects.toThrow(
      new Refused('Say runs, runs INC-1042, or runs --unreviewed.'),
    );
  });

  it('that still stand are all there are, wherever one asks', async () => {
    expect(await asked('contained', 1042)).toEqual(['contained']);
  });
});

describe('a run', () => {
  it.each(['RUN-7', 'run-7', 'RUN 7', 'run7', '7', '#7'])('is called %s', async (said) => {
    expect(await asked(`approve ${said}`)).toEqual(['approve', 7]);
    expect(await asked(`undo ${said}`, 1042)).toEqual(['undo', 7]);
  });

  it.each([
    ['approve', 'Which run? Say approve RUN-7, and nothing else; "runs" lists them.'],
    ['approve INC-7', '"INC-7" is no run. Say approve RUN-7, and nothing else; "runs" lists them.'],
    ['undo RUN-7 RUN-8', '"RUN-7 RUN-8" is no run. Say undo RUN-7, and nothing else; "runs" lists them.'],
    ['revert RUN-1e3', '"RUN-1e3" is no run. Say undo RUN-7, and nothing else; "runs" lists them.'],
  ])('is not guessed from "%s"', async (text, sentence) => {
    await expect(asked(text, 1042)).rejects.toThrow(new Refused(sentence));
  });
});

describe('automation', () => {
  it.each([
    ['automation', 'tell'],
    ['automation START', 'start'],
    ['automation stop “it isolates build machines”', { stop: 'it isolates build machines' }],
    ["automation stop it's INC-7 all over again", { stop: "it's INC-7 all over again" }],
  ])('"%s" orders just that', async (text, order) => {
    expect(await asked(text)).toEqual(['automation', order]);
  });

  it.each([
    ['automation stop', 'Say why: automation stop "it isolates build machines".'],
    ['automation stop ""', 'Say why: automation stop "it isolates build machines".'],
    ['automation start at noon', 'Say automation start, and nothing else.'],
    ['automation halt', 'I cannot "halt" it. Say automation, automation stop "why", or automation start.'],
  ])('"%s" is refused with what to type', async (text, sentence) => {
    await expect(asked(text)).rejects.toThrow(new Refused(sentence));
  });
});
