import { createHash } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import { Refused } from '../../errors.ts';
import type { Actor, Incident } from '../../incident/incident.ts';
import { matcherInWords } from '../../incident/match.ts';
import { hidesHigh, type Silence, silencedAs, silencedWhole } from '../../incident/silence.ts';
import { silenceName } from '../../incident/silenced.ts';
import type { Caller } from '../../people/people.ts';
import { admit } from '../../people/permissions.ts';
import { type Draft, openDraft } from '../../store/draft.ts';
import { save } from '../../store/save.ts';
import { insertRules, type SilenceRule } from '../../store/silence-rules.ts';
import { openAndNew } from '../../store/silenced-incidents.ts';
import { insertSilence, readPreview, readSilence, type StoredPreview } from '../../store/silences.ts';
import { currentTrace } from '../../trace.ts';
import { change } from '../change.ts';
import { readFor } from '../reader.ts';
import { untilSaved } from '../until-saved.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** What is created when somebody confirms what they were shown. */
export interface SilenceOrder {
  silence: Silence;
  rules: SilenceRule[];
}

export function hashOf(order: SilenceOrder): string {
  return createHash('sha256').update(stringify(order)).digest('hex');
}

/**
 * Creates what its author was shown, in one transaction with the open incidents that it silences, where they want that.
 * Twice is once. Throws `Refused`, or `Denied` where it takes a lead, or they may not see any more what it is about.
 */
export async function createSilence(
  floor: Watchfloor,
  person: Caller,
  number: number,
  withOpen: boolean,
): Promise<{ silence: Silence; about: Incident | undefined; hidden: number[] }> {
  const name = silenceName(number);
  const preview = await readPreview<SilenceOrder>(floor.db, number);
  if (!preview) {
    const there = await readSilence(floor.db, number);
    throw new Refused(
      there ? `${name} is there already.` : `There is no preview ${name}. Say anew what to silence.`,
    );
  }
  const { silence, rules } = orderOf(floor, preview, person);
  const about =
    silence.about === undefined ? undefined : (await readFor(floor, person, silence.about)).incident;
  if (hidesHigh(silence.matcher)) admit(person, 'silence-high');
  if (rules.length > 0) admit(person, 'silence-azure');
  const now = floor.now().toISOString();
  const begun = { ...silence, from: now, ...(about?.restrictedTo && { isRestricted: true }) };
  const created = await untilSaved(async () => {
    const draft = openDraft(currentTrace());
    const hidden = withOpen ? await silenceOpen(floor, draft, begun, person) : [];
    const isNew = await floor.db.transaction().execute(async (trx) => {
      if (!(await insertSilence(trx, begun))) return false;
      await insertRules(trx, begun, rules);
      await save(trx, draft);
      return true;
    });
    if (!isNew) throw new Refused(`${name} is there already.`);
    return hidden;
  });
  const { matcher, until, reason } = silence;
  await floor.recorder.note({
    at: now,
    by: { kind: 'person', id: person.id, name: person.name },
    type: 'silence-created',
    data: {
      silence: name,
      matches: matcherInWords(matcher),
      until,
      reason,
      hidden: created,
      rules: rules.length,
    },
  });
  floor.log.info({ silence: number, until, hidden: created.length }, 'silence created');
  floor.ringDeliver();
  floor.ringSilences();
  return { silence: begun, about, hidden: created };
}

function orderOf(
  floor: Watchfloor,
  { author, order, hash, expiresAt }: StoredPreview<SilenceOrder>,
  person: Caller,
): SilenceOrder {
  const name = silenceName(order.silence.number);
  if (author !== person.id)
    throw new Refused(
      `${name} was shown to ${order.silence.owner?.name ?? 'somebody else'}. Look at a preview of your own.`,
    );
  const now = floor.now().toISOString();
  if (expiresAt <= now || order.silence.until <= now)
    throw new Refused(`The preview ${name} is older than ten minutes. Say it anew, and look again.`);
  if (hashOf(order) !== hash) throw new Refused(`${name} is not what you were shown. Say it anew.`);
  return order;
}

/** Open incidents that nobody has taken; each is told by whom it was silenced. */
async function silenceOpen(
  floor: Watchfloor,
  draft: Draft,
  silence: Silence,
  person: Caller,
): Promise<number[]> {
  const by: Actor = { kind: 'person', id: person.id, name: person.name, upn: person.upn };
  const fitting = (incident: Incident) => silencedWhole([silence], incident) !== undefined;
  const open = (await openAndNew(floor.db, silence.matcher)).filter(fitting);
  for (const incident of open)
    change(floor, draft, incident, { type: 'silence', ...silencedAs(silence) }, by);
  return open.map(({ id }) => id);
}
