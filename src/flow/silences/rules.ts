import { randomUUID } from 'node:crypto';
import { Refused } from '../../errors.ts';
import type { Silence } from '../../incident/silence.ts';
import { sourceNames } from '../../incident/summary.ts';
import type { SilenceRule } from '../../store/silence-rules.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** What sources are to hold of a silence. Throws `Refused` where none of them can hold such a thing. */
export function rulesOf({ sources }: Watchfloor, { matcher }: Silence): SilenceRule[] {
  const rules = [...sources.values()].flatMap(({ name, suppression }) =>
    (suppression?.feedsFor(matcher) ?? []).map((feed) => ({ id: randomUUID(), source: name, feed })),
  );
  if (rules.length > 0) return rules;
  throw new Refused(
    'Azure can hold no rule like that. Sentinel needs a title=…, Defender for Cloud a whole rule=… and severity=high,medium,low,informational, for its rules know no severity; beside it only host, account or ip. Without --write-back it is silenced here.',
  );
}

/** Said before it is created. */
export function rulesInWords({ source, feed }: SilenceRule): string {
  const where = feed.split('/').at(-1) ?? feed;
  return source === 'defender'
    ? `${sourceNames.defender} suppresses such alerts of subscription ${where} until then, whatever their severity.`
    : `${sourceNames[source]} closes such incidents of ${where} as they come, until then.`;
}
