import { type Audience, named } from '../../channels/clearance.ts';
import { drawSilencePreview, matcherFor } from '../../channels/silence-page.ts';
import type { ReplyView } from '../../channels/views.ts';
import type { SilenceDesk } from '../../commands/silence-desk.ts';
import { Refused } from '../../errors.ts';
import type { Instant } from '../../incident/alert.ts';
import { isExercise } from '../../incident/exercise.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import { momentIn } from '../../incident/local-span.ts';
import { hidesHigh, type Silence, withSeverities } from '../../incident/silence.ts';
import { proposeMatcher } from '../../incident/silence-proposal.ts';
import { silenceName } from '../../incident/silenced.ts';
import type { Caller } from '../../people/people.ts';
import { admit, mayDo } from '../../people/permissions.ts';
import { readIncident } from '../../store/incidents.ts';
import { hiddenSince } from '../../store/silence-history.ts';
import { moveRules } from '../../store/silence-rules.ts';
import { openAndNew } from '../../store/silenced-incidents.ts';
import {
  dropPreviews,
  endSilence,
  extendSilence,
  insertPreview,
  nextSilenceNumber,
  readSilence,
} from '../../store/silences.ts';
import { noteViewed, readFor } from '../reader.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { createSilence, hashOf, type SilenceOrder } from './create.ts';
import { showSilences } from './list.ts';
import { rulesInWords, rulesOf } from './rules.ts';

/** So far back it is counted what it would have hidden. */
const lookBackDays = 30;
const dayMs = 86_400_000;
/** Long enough to read it and to ask a colleague. */
const previewMinutes = 10;

/** What somebody's words may do with silences, as far as they may. */
export function openSilenceDesk(floor: Watchfloor, visitor: Visitor): SilenceDesk {
  const { person, audience, alone } = visitor;
  const { timeZone, mostDays } = floor.quiet.policy;
  const now = () => floor.now().toISOString();
  /** `4 Dec 18:00 (Europe/Berlin)`, on the clocks by which such ends are typed. */
  const inWords = (until: Instant) => `${momentIn(until, timeZone)} (${timeZone})`;

  const refuseTooLong = (until: Instant) => {
    if (Date.parse(until) <= floor.now().getTime() + mostDays * dayMs) return;
    throw new Refused(
      `A silence lasts ${mostDays} days at most. What has to be quiet for longer is mended at its source.`,
    );
  };
  const active = async (number: number) => {
    const stored = await readSilence(floor.db, number);
    if (!stored) throw new Refused(`There is no ${silenceName(number)}. "silences" lists them.`);
    if (stored.endedAt || stored.silence.until <= now())
      throw new Refused(`${silenceName(number)} is over already.`);
    return stored;
  };
  /** Of a restricted incident only they are told, and that they were is on record. */
  const readerOf = async (about: Incident | undefined): Promise<Audience> => {
    if (about?.restrictedTo) await noteViewed(floor, person, about.id, 'silence');
    if (about?.restrictedTo || audience.shows !== 'whole') alone();
    return about?.restrictedTo ? named : audience;
  };

  return {
    now: floor.now(),
    timeZone,

    async preview({ what, until, reason, writeBack }): Promise<ReplyView> {
      refuseTooLong(until);
      if (writeBack) admit(person, 'silence-azure');
      const about = 'incident' in what ? await readFor(floor, person, what.incident) : undefined;
      if (about && isExercise(about.incident))
        throw new Refused(`${incidentName(about.incident.id)} is an exercise: those are never silenced.`);
      const reader = await readerOf(about?.incident);
      const matcher = 'matcher' in what ? what.matcher : about && proposeMatcher(about.incident, what.scope);
      if (!matcher)
        throw new Refused('It names nothing to go by. Say what is matched: silence host=… for 4h "why".');
      const silence: Silence = {
        number: await nextSilenceNumber(floor.db),
        matcher: withSeverities(matcher),
        from: now(),
        until,
        reason,
        owner: { id: person.id, name: person.name, upn: person.upn },
        window: undefined,
        about: about?.incident.id,
      };
      const order: SilenceOrder = { silence, rules: writeBack ? rulesOf(floor, silence) : [] };
      const since = new Date(floor.now().getTime() - lookBackDays * dayMs).toISOString();
      const [before, open] = await Promise.all([
        hiddenSince(floor.db, silence.matcher, since, now()),
        openAndNew(floor.db, silence.matcher),
      ]);
      const known = await Promise.all(before.truePositives.map((id) => readIncident(floor.db, id)));
      await dropPreviews(floor.db, now());
      const expiresAt = new Date(floor.now().getTime() + previewMinutes * 60_000).toISOString();
      const preview = { author: person.id, order, hash: hashOf(order), expiresAt };
      await insertPreview(floor.db, silence.number, preview);
      const page = drawSilencePreview(
        {
          silence,
          days: lookBackDays,
          before,
          truePositives: known.flatMap((stored) => (stored ? [stored.incident] : [])),
          open,
          azure: order.rules.map(rulesInWords),
          needsLead: !mayDo(person, 'silence-high'),
        },
        reader,
        now(),
      );
      return { kind: 'page', page };
    },

    async confirm(number, withOpen) {
      const { silence, about, hidden } = await createSilence(floor, person, number, withOpen);
      const what = matcherFor(silence.matcher, await readerOf(about), 300);
      const also = hidden.length > 0 ? ` ${hidden.map(incidentName).join(', ')} too.` : '';
      return text(
        `${silenceName(number)} is on until ${inWords(silence.until)}: ${what}.${also} To end it: silence end ${number}.`,
      );
    },

    async list() {
      return showSilences(floor, visitor);
    },

    async extend(number, until) {
      refuseTooLong(until);
      const { silence, rules } = await active(number);
      if (hidesHigh(silence.matcher)) admit(person, 'silence-high');
      if (rules.length > 0) admit(person, 'silence-azure');
      if (silence.window) throw new Refused('The settings say how long a maintenance window lasts.');
      const name = silenceName(number);
      if (until <= silence.until)
        throw new Refused(
          `${name} is on until ${inWords(silence.until)} as it is. Say a later end: silence extend ${number} for 1d counts from now.`,
        );
      await floor.db.transaction().execute(async (trx) => {
        if (!(await extendSilence(trx, number, until, now()))) throw new Refused(`${name} is over already.`);
        await moveRules(trx, number, until);
      });
      await note(floor, person, 'silence-extended', { silence: name, from: silence.until, until });
      floor.ringSilences();
      return text(`${name} is on until ${inWords(until)}.`);
    },

    async end(number) {
      await active(number);
      const name = silenceName(number);
      await floor.db.transaction().execute(async (trx) => {
        if (!(await endSilence(trx, number, now(), person.name)))
          throw new Refused(`${name} is over already.`);
        await moveRules(trx, number, undefined);
      });
      await note(floor, person, 'silence-ended', { silence: name });
      floor.ringSilences();
      return text(`${name} is over. What it kept quiet and is open still is shown now.`);
    },
  };
}

function text(words: string): ReplyView {
  return { kind: 'text', text: words };
}

async function note(
  { recorder, now }: Watchfloor,
  { id, name }: Caller,
  type: 'silence-extended' | 'silence-ended',
  data: Record<string, unknown>,
): Promise<void> {
  await recorder.note({ at: now().toISOString(), by: { kind: 'person', id, name }, type, data });
}
