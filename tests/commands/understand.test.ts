import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { understand } from '../../src/commands/understand.ts';
import { Refused } from '../../src/errors.ts';

const read = (text: string, thread?: number) => {
  const { command, incident, args, rest } = understand(text, commands, thread);
  return { verb: command.name, incident, args, rest };
};

describe('typed words', () => {
  it.each([
    'take INC-1042',
    'take inc-1042',
    'take inc1042',
    'take #1042',
    'take 1042',
    'take INC-1042:',
    '  TAKE   INC-1042  ',
  ])('"%s" name the incident', (text) => {
    expect(read(text)).toMatchObject({ verb: 'take', incident: 1042, args: [] });
  });

  it.each(['take INC-', 'take INC-10x', 'take 1.5', 'take -1042', 'take 1234567890123'])(
    '"%s" name none',
    (text) => {
      expect(read(text).incident).toBeUndefined();
    },
  );

  it('mean the incident whose thread they are in, unless they name another', () => {
    expect(read('take', 1042).incident).toBe(1042);
    expect(read('comment user confirmed it', 1042)).toMatchObject({
      incident: 1042,
      rest: 'user confirmed it',
    });
    expect(read('take INC-1050', 1042).incident).toBe(1050);
  });

  it.each(['"user confirmed it"', '“user confirmed it”', '„user confirmed it“', '«user confirmed it»'])(
    'lose the quotes around %s',
    (quoted) => {
      expect(read(`comment INC-1042 ${quoted}`).rest).toBe('user confirmed it');
    },
  );

  it('keep quotes that belong to what is said, and its lines', () => {
    expect(read('comment INC-1042 he said "no" and "never"').rest).toBe('he said "no" and "never"');
    expect(read('comment INC-1042 first line\nsecond line').rest).toBe('first line\nsecond line');
  });

  it('are understood by the other words for a verb', () => {
    expect(read('resolve INC-1042 tp').verb).toBe('close');
    expect(read('ls').verb).toBe('list');
    expect(read('?').verb).toBe('help');
  });

  it('that are none ask for help', () => {
    expect(read('').verb).toBe('help');
    expect(read('   ').verb).toBe('help');
  });

  it('with a slip are answered with what was meant', () => {
    expect(() => read('clsoe INC-1042')).toThrow(new Refused('I do not know "clsoe". Did you mean "close"?'));
  });

  it('nobody understands are answered with the way to help, and not repeated at length', () => {
    expect(() => read(`${'x'.repeat(500)} INC-1042`)).toThrow(
      new Refused(`I do not know "${'x'.repeat(40)}". Type "help" to see what I understand.`),
    );
  });

  it('have one meaning each', () => {
    const words = commands.flatMap((command) => [command.name, ...command.aliases]);
    expect(new Set(words).size).toBe(words.length);
  });

  it('end in options, wherever a command takes them', () => {
    const of = (text: string) => understand(text, commands, undefined);
    expect(of('show INC-1042 --private')).toMatchObject({ incident: 1042, options: { private: true } });
    expect(of('show --incident INC-7')).toMatchObject({ incident: 7, options: { incident: 'INC-7' } });
    expect(of('comment INC-1 he ran it with --force twice --private')).toMatchObject({
      rest: 'he ran it with --force twice',
      options: { private: true },
    });
    expect(of('comment INC-1 "typed --private himself"').rest).toBe('typed --private himself');
    expect(() => of('show --incident tomorrow')).toThrow('--incident INC-1042');
  });

  it('ask how a command is used', () => {
    expect(understand('close INC-1042 --help', commands, undefined)).toMatchObject({
      command: { name: 'help' },
      args: ['close'],
    });
  });

  it('with a slip in an option are answered with what was meant', () => {
    expect(() => understand('find payments --ownr adam', commands, undefined)).toThrow(
      /Unknown option '--ownr'\. Did you mean --owner\?/,
    );
    expect(() => understand('find --status', commands, undefined)).toThrow(/argument missing/);
  });

  it('keep what is quoted together, whatever the client made of the quotes', () => {
    const { args, options } = understand(
      'find “shadow copies” vm --owner ‘Adam Keller’',
      commands,
      undefined,
    );
    expect(args).toEqual(['shadow copies', 'vm']);
    expect(options).toEqual({ owner: 'Adam Keller' });
  });

  it('keep an apostrophe within a word, and quote nothing with it', () => {
    const { args, options } = understand("find it's --owner O’Brien", commands, undefined);
    expect({ args, options }).toEqual({ args: ["it's"], options: { owner: "O'Brien" } });
  });

  it('leave a query as it was typed, with its options after it', () => {
    const of = (text: string) => understand(text, commands, undefined);
    const typed = "SigninLogs | where UserAgent has \"--last\" and  Ip !in ('a', 'b')\n| take 5";
    expect(of(`query ${typed} --last 4h --workspace soc --workspace payments`)).toMatchObject({
      rest: typed,
      options: { last: '4h', workspace: ['soc', 'payments'] },
    });
    expect(of('query T | take 1 --between 02:00 and 04:00 --private').options).toEqual({
      between: '02:00 and 04:00',
      private: true,
    });
    expect(() => of('query T | take 1 --lst 4h')).toThrow(/Did you mean --last/);
  });

  it('take a query from between fences, lines and all', () => {
    const fenced = 'query --last 4h\n```kql\nSigninLogs\n  | take 5 // two\n```\n--private';
    expect(understand(fenced, commands, 1042)).toMatchObject({
      code: 'SigninLogs\n  | take 5 // two',
      rest: '',
      incident: 1042,
      options: { last: '4h', private: true },
    });
  });
});
