import { closingInWords, type SourceName } from './alert.ts';
import { clockName } from './clock.ts';
import { type Actor, actorName, type Deed, incidentName } from './incident.ts';
import { answerInWords } from './question.ts';
import { runName } from './run.ts';
import { whyUnsilencedInWords } from './silenced.ts';
import { notedInWords } from './working-note.ts';

/** What people call a source. */
export const sourceNames: Record<SourceName, string> = {
  defender: 'Microsoft Defender for Cloud',
  sentinel: 'Microsoft Sentinel',
  watchfloor: 'Watchfloor',
  hunt: 'a scheduled hunt',
  drill: 'a drill',
  proof: 'a delivery proof',
};

/** People act in chat; whoever acts at the source is named with it. */
export function nameWithPlace(by: Actor): string {
  return by.kind === 'source' ? `${by.name || 'somebody'} in ${sourceNames[by.source]}` : actorName(by);
}

/** One line of the story: `Olivia Marsh took it`. Holds untrusted text as it was written. */
export function deedInWords(deed: Deed): string {
  const by = nameWithPlace(deed.by);
  switch (deed.type) {
    case 'acknowledged':
      return `${by} acknowledged`;
    case 'released':
      return `${by} set it back to new`;
    case 'assigned':
      if (!deed.owner) return `${by} removed the owner`;
      return deed.owner.name === actorName(deed.by)
        ? `${by} took it`
        : `${by} assigned it to ${deed.owner.name}`;
    case 'severity-changed':
      return `${by} set the severity to ${deed.severity}`;
    case 'commented':
      return `${by}: ${deed.text}`;
    case 'closed': {
      const comment = deed.closing.comment ? `: ${deed.closing.comment}` : '';
      return `${by} closed it as ${closingInWords(deed.closing)}${comment}`;
    }
    case 'reopened':
      return `${by} reopened it`;
    case 'merged':
      return `Merged into ${incidentName(deed.into)}`;
    case 'restricted':
      return `${by} restricted it to ${deed.to.map(({ name }) => name).join(', ')}`;
    case 'unrestricted':
      return `${by} lifted the restriction`;
    case 'revealed':
      return `${by} was shown what cards mask`;
    case 'held':
      return `${by} put it under legal hold: ${deed.reason}`;
    case 'hold-lifted':
      return `${by} lifted the legal hold`;
    case 'asked': {
      const { about, asked } = deed.question;
      return about.id === asked.id
        ? `${by} asked ${asked.name} whether it was them`
        : `${by} asked ${asked.name} whether it was ${about.name}`;
    }
    case 'answered': {
      const note = deed.note ? `: ${deed.note}` : '';
      const isSelf = deed.by.kind === 'person' && deed.by.id === deed.about.id;
      const answer = answerInWords(deed.answer, isSelf ? 'me' : deed.about.name);
      return `${by} answered ${answer}${deed.confirmed ? ' (signed in anew)' : ''}${note}`;
    }
    case 'evidence-pinned': {
      const { title, query, rows, from, to, place, ranBy, sha256 } = deed.evidence;
      const whose = ranBy === actorName(deed.by) ? '' : `, run by ${ranBy}`;
      const range = `${from.slice(0, 16).replace('T', ' ')} to ${minuteInUtc(to)}`;
      return `${by} pinned evidence: ${title}, ${rows} ${rows === 1 ? 'row' : 'rows'} of ${place}, ${range}${whose}; SHA-256 ${sha256.slice(0, 16)}…${query && `; ${query}`}`;
    }
    case 'run-moved':
      return runMoveInWords(deed, by);
    case 'silenced':
      return `Kept quiet by ${deed.silence} until ${deed.until.slice(0, 16).replace('T', ' ')} UTC: ${deed.reason}`;
    case 'unsilenced':
      return `Quiet no longer: ${whyUnsilencedInWords(deed.silence, deed.why)}`;
    case 'noted':
      return `${by} noted ${notedInWords(deed)}`;
    case 'handed-over':
      return `${by} took it over${deed.from ? ` from ${deed.from.name}` : ''} (handover ${deed.handover})`;
    case 'clock-started': {
      const { clock, from } = deed;
      const due = `, due ${minuteInUtc(clock.dueAt)}`;
      return from === undefined
        ? `${by} started the clock ${clockName(clock)}${due}`
        : `The clock ${clockName(clock)} of ${incidentName(from)} goes on here${due}`;
    }
    case 'clock-stopped':
      return `${by} stopped the clock ${clockName(deed.clock)}: ${deed.note}`;
    case 'clock-ran-out':
      return `The clock ${clockName(deed.clock)} RAN OUT at ${minuteInUtc(deed.clock.dueAt)}, and nobody had stopped it`;
    case 'update-sent':
      return `${by} told ${deed.audience}: ${deed.text}`;
    case 'follow-up-agreed': {
      const { number, what, owner, dueAt } = deed.followUp;
      return `${by} noted follow-up ${number} for ${owner.name}: ${what}${dueAt ? `, by ${minuteInUtc(dueAt)}` : ''}`;
    }
    case 'follow-up-done':
      return `${by} says follow-up ${deed.followUp.number} is done: ${deed.followUp.what}`;
    case 'lessons-written': {
      const { wentWell, failed, guardRail } = deed.lessons;
      const said = [
        wentWell && `What went well: ${wentWell}`,
        failed && `What failed: ${failed}`,
        guardRail && `The guard rail that failed: ${guardRail}`,
      ];
      return `${by} wrote down what was learned. ${said.filter(Boolean).join(' ')}`;
    }
    case 'escalated':
      return callInWords(deed, by, `the limit to ${deed.limit}${deed.missed === null ? '' : ' is missed'}`);
    case 'reminded':
      return callInWords(
        deed,
        by,
        deed.about === 'quiet' ? 'is anybody still on it?' : `the limit to ${deed.about} is near`,
      );
    case 'unanswered':
      return deed.why === 'late'
        ? `${deed.asked.name} did not answer "was this you?" in time`
        : `${deed.asked.name} could not be reached to answer "was this you?"; call them`;
  }
}

/** `2026-11-21 14:05 UTC`: a story is read by many, and for years. */
function minuteInUtc(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

/** What a limit made Watchfloor do, or somebody. */
function callInWords(
  deed: Extract<Deed, { type: 'escalated' | 'reminded' }>,
  by: string,
  because: string,
): string {
  const names =
    deed.to.map(({ name }) => name).join(', ') || (deed.how.includes('room') ? 'a room' : 'nobody');
  const why = deed.why || because;
  if (deed.how.length === 0)
    return `To be told to ${names} by ${deed.dueAt.slice(11, 16)} UTC, too late by now: ${why}`;
  return deed.type === 'reminded' ? `${by} reminded ${names}: ${why}` : `${by} called ${names}: ${why}`;
}

function runMoveInWords({ run, move, note }: Extract<Deed, { type: 'run-moved' }>, by: string): string {
  const what = `${runName(run.number)} (${run.title} · ${run.target})`;
  const more = note ? `: ${note}` : '';
  switch (move) {
    case 'requested':
      return `${by} asked for ${what}${more}`;
    case 'changed':
      return `${by} changed ${what}; approvals are void${more}`;
    case 'approved':
      return `${by} approved ${what}${more}`;
    case 'broke-glass':
      return `${by} ran ${what} WITHOUT APPROVAL${more}`;
    case 'reviewed':
      return `${by} reviewed ${what}, which was run without approval${more}`;
    case 'refused':
      return `${by} refused ${what}${more}`;
    case 'expired':
      return `Nobody decided on ${what} in time`;
    case 'withdrawn':
      return `${by} withdrew ${what}${more}`;
    case 'started':
      return `${what} began${more}`;
    case 'succeeded':
      return `${what} is done${more}`;
    case 'failed':
      return `${what} failed${more}`;
    case 'reminded':
      return `${what} ends soon${more}`;
    case 'carried':
      return `${what} came along${more}`;
    case 'extended':
      return `${by} extended ${what}${more}`;
    case 'undo-started':
      return `${by} takes back ${what}${more}`;
    case 'undone':
      return `${what} is taken back${more}`;
    case 'undo-failed':
      return `${what} could NOT be taken back${more}`;
  }
}
