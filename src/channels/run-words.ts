import type { Instant } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import { isAlive, type RunGlance, type RunMove, runName } from '../incident/run.ts';
import type { Curtain } from './clearance.ts';
import type { Fact } from './fact.ts';

/** How a run stands, after its name: `waits for a lead’s yes`, `stands until 14:30 UTC`. `seen` is when, or any time before. */
export function runStateInWords(
  run: Pick<RunGlance, 'state' | 'need' | 'standing' | 'endsAt' | 'trouble'>,
  seen: Instant,
): string {
  switch (run.state) {
    case 'requested':
      return 'is being looked at';
    case 'awaiting-approval':
      return waitsFor(run.need);
    case 'approved':
    case 'running':
      return 'is under way';
    case 'refused':
      return 'was refused';
    case 'expired':
      return 'was not decided in time';
    case 'succeeded':
      if (run.trouble) return 'could not be taken back';
      if (!run.standing) return 'is done';
      return run.endsAt ? `stands until ${clockTime(run.endsAt, seen)}` : 'stands until somebody ends it';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'was withdrawn';
    case 'reversing':
      return 'is being taken back';
    case 'reversed':
      return 'is taken back';
  }
}

function waitsFor(need: RunGlance['need']): string {
  switch (need) {
    case 'own':
      return 'waits to be run';
    case 'peer':
      return 'waits for a colleague’s yes';
    case 'lead':
      return 'waits for a lead’s yes';
    case 'two':
      return 'waits for two to say yes';
  }
}

/** What happened to a run last, after its name, and before that of whoever did it. */
export const moveInWords: Record<RunMove, string> = {
  requested: 'asked for',
  changed: 'changed',
  approved: 'approved',
  'broke-glass': 'run without approval',
  reviewed: 'reviewed',
  refused: 'refused',
  expired: 'not decided in time',
  withdrawn: 'withdrawn',
  started: 'began',
  succeeded: 'is done',
  failed: 'failed',
  reminded: 'ends soon',
  extended: 'extended',
  carried: 'came along',
  'undo-started': 'being taken back',
  undone: 'taken back',
  'undo-failed': 'could not be taken back',
};

/** `14:30 UTC`, and of another day than `seen` `1 Dec, 14:30 UTC`: within a sentence Teams draws nobody’s own time. */
export function clockTime(at: Instant, seen: Instant): string {
  const time = `${at.slice(11, 16)} UTC`;
  return at.slice(0, 10) === seen.slice(0, 10) ? time : `${dayAndMonth.format(new Date(at))}, ${time}`;
}

const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** What is open or stands, for the incident's card; the loudest first, at most three. */
export function runFacts({ runs = [], lastChange, openedAt }: Incident, show: Curtain): Fact[] {
  // Whoever reads it before that end reads it on no day before this one.
  const seen = lastChange?.at ?? openedAt;
  const shown = runs.filter(isAlive);
  const lines = shown.slice(-3).map((run) => ({
    label: run.standing ? 'Contained' : 'Playbook',
    value: `${show(run.target, 80)} · ${run.title} · ${runName(run.number)} ${runStateInWords(run, seen)}${loud(run)}`,
    long: true as const,
  }));
  const more = shown.length - lines.length;
  return more > 0 ? [...lines, { label: 'Playbooks', value: `${more} more: type runs` }] : lines;
}

function loud({ unreviewed, trouble }: RunGlance): string {
  if (trouble) return '. Take it back by hand';
  return unreviewed ? '; RUN WITHOUT APPROVAL, not reviewed yet' : '';
}

/** `4 h`, `1 h 30 min`, `2 days`. */
export function durationInWords(minutes: number): string {
  if (minutes >= 2_880 && minutes % 1_440 === 0) return `${minutes / 1_440} days`;
  const hours = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  return [hours > 0 && `${hours} h`, (rest > 0 || hours === 0) && `${rest} min`].filter(Boolean).join(' ');
}

/** `45 s`, `3 min 20 s`, `1 h 5 min`, `7 days`. */
export function secondsInWords(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds >= 3_600) return durationInWords(Math.round(seconds / 60));
  const rest = Math.round(seconds % 60);
  return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}
