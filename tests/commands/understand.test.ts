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
});
