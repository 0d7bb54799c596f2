import { written } from '../channels/clean.ts';
import type { ReplyView } from '../channels/views.ts';
import { Refused } from '../errors.ts';
import type { DeskCommand, Desks, Words } from './command.ts';
import { isMatcherWord, readMatcher } from './read-matcher.ts';
import { findUntil, needEnd } from './read-until.ts';
import { readScope } from './silence-form.ts';

/** A sentence or two: whoever wonders why nothing came reads it. */
const reasonLimit = 300;

const how = 'silence host=vm-pay-* for 4h "why", or under a card: silence for 2h "why".';

export const silence: DeskCommand = {
  kind: 'desk',
  name: 'silence',
  aliases: ['mute'],
  namesIncident: true,
  usage: 'silence <INC-1042 | field=pattern …> for 4h "why"',
  summary: 'Keep alerts quiet for a while; you see first what that hides.',
  options: [
    {
      name: 'only',
      value: 'rule|entity',
      summary:
        'From an incident: alerts of its rule whatever they are about, or of its entity whatever they say.',
    },
    {
      name: 'write-back',
      value: undefined,
      summary:
        'Azure holds it too: a suppression rule of Defender, an automation rule of Sentinel. For leads.',
    },
    {
      name: 'open',
      value: undefined,
      summary: 'With confirm: silences open incidents that nobody has taken, too.',
    },
  ],
  examples: [
    'silence host=vm-pay-* rule="Suspicious PowerShell*" for 4h "patching"',
    'silence INC-1042 until friday 18:00 "penetration test, CHG-88"',
    'silence confirm 12',
    'silence extend 12 for 2h',
    'silence end 12',
  ],

  async answer(words, { silences }) {
    const [verb = '', number = '', ...others] = words.args;
    switch (verb.toLowerCase()) {
      case 'confirm':
        return silences.confirm(readNumber(number, 'confirm'), words.options.open === true);
      case 'extend':
        return silences.extend(
          readNumber(number, 'extend'),
          needEnd(others, silences.now, silences.timeZone),
        );
      case 'end':
        return silences.end(readNumber(number, 'end'));
      default:
        return preview(words, silences);
    }
  },
};

function preview(words: Words, desk: Desks['silences']): Promise<ReplyView> {
  const { args, options, incident } = words;
  const said = findUntil(args, desk.now, desk.timeZone);
  if (!said) throw new Refused(`Until when? A silence always ends: ${how}`);
  const around = [...said.before, ...said.after];
  const reason = written(around.filter((word) => !isMatcherWord(word)).join(' '), reasonLimit);
  if (!reason) throw new Refused(`Why? Whoever wonders later reads it: ${how}`);
  const matcher = readMatcher(around.filter(isMatcherWord));
  const wish = { until: said.until, reason, writeBack: options['write-back'] === true };
  if (Object.keys(matcher).length > 0) return desk.preview({ ...wish, what: { matcher } });
  if (incident === undefined) throw new Refused(`Silence what? ${how}`);
  return desk.preview({ ...wish, what: { incident, scope: readScope(options.only) } });
}

/** `12`, or `SIL-12` as it is shown. */
function readNumber(said: string, verb: string): number {
  const [, digits] = said.match(/^(?:sil-?|#)?(\d{1,9})$/i) ?? [];
  if (digits) return Number(digits);
  throw new Refused(`Which one? Like silence ${verb} 12; "silences" lists them.`);
}
