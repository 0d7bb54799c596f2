import { bound, clean } from '../../../channels/clean.ts';
import { type PageSection, type PageView, say } from '../../../channels/page-view.ts';
import { durationInWords, secondsInWords } from '../../../channels/run-words.ts';
import { type Drill, drillName, endOf, type Outcome, type StepResult } from '../../../incident/drill.ts';
import { expectationInWords, type Scenario } from '../../../incident/scenario.ts';
import type { StoredDrill } from '../../../store/drills.ts';

/** Told before the first card comes: nobody takes it for real. */
export function drawBeginning({ number, scenario, startedBy, ...drill }: Drill): PageView {
  const name = drillName(number);
  const title = bound(`${name} begins: ${clean(scenario.title, 80)}`, 150);
  const until = endOf({ ...drill, scenario });
  return {
    title,
    subtitle:
      'Nothing of it is real. Work on its cards as you would; playbooks are rehearsed and change nothing.',
    tone: 'plain',
    facts: [
      { label: 'Started by', value: clean(startedBy, 80) },
      { label: 'Lasts until', at: until },
    ],
    sections: [],
    buttons: [say('Report', `drill report ${number}`), say('Stop', 'drill stop')],
    fallback: `${title}. Started by ${clean(startedBy, 80)}. Nothing of it is real.`,
  };
}

/** What was quick, what was slow, and what nobody did. */
export function drawReport({ drill, ended }: StoredDrill, results: StepResult[], now: Date): PageView {
  const { number, scenario, startedAt, startedBy } = drill;
  const name = drillName(number);
  const inTime = results.filter(({ outcome }) => outcome === 'in time').length;
  const state = ended ? `${inTime} of ${results.length} steps in time` : 'is under way';
  const title = bound(`${name} · ${clean(scenario.title, 80)}: ${state}`, 150);
  return {
    title,
    subtitle: 'Times are counted from the first alert. What the bot did by itself counts for nobody.',
    tone: toneOf(results, ended !== undefined),
    facts: [
      { label: 'Started by', value: clean(startedBy, 80) },
      { label: 'Began', at: startedAt },
      ended ? { label: 'Over', at: ended.at } : { label: 'Lasts until', at: endOf(drill) },
      ...(ended ? [{ label: 'Why it ended', value: whyInWords[ended.why] }] : []),
    ],
    sections: [stepsOf(drill, results, ended ? undefined : now), ...lessons(results, ended !== undefined)],
    buttons: ended
      ? [say('Play it again', `drill start ${scenario.name}`)]
      : [say('Refresh', `drill report ${number}`), say('Stop', 'drill stop')],
    fallback: `${title}. ${sentenceOf(results)}`,
  };
}

const whyInWords = {
  done: 'everything was closed',
  time: 'its time was over',
  stopped: 'it was stopped',
} as const;

function toneOf(results: StepResult[], isOver: boolean): PageView['tone'] {
  if (!isOver) return 'plain';
  return results.every(({ outcome }) => outcome === 'in time') ? 'good' : 'warning';
}

/** A table of four columns fits no phone. */
function stepsOf(drill: Drill, results: StepResult[], now: Date | undefined): PageSection {
  const lines = results.map((one) => {
    const after = one.tookSeconds === undefined ? '' : `, after ${secondsInWords(one.tookSeconds)}`;
    const within = ` (within ${secondsInWords(one.goalSeconds)})`;
    const note = one.note ? ` · ${clean(one.note, 100)}` : '';
    return { lead: clean(one.label, 80), text: standing(drill, one, now) + after + within + note };
  });
  return { title: 'Steps', body: { kind: 'lines', lines, more: 0 } };
}

/** What is not there yet may still come in time. */
function standing({ startedAt }: Drill, { outcome, goalSeconds }: StepResult, now: Date | undefined): string {
  const passed = now && (now.getTime() - Date.parse(startedAt)) / 1_000;
  if (outcome === 'missed' && passed !== undefined) return passed <= goalSeconds ? 'to come' : 'overdue';
  return outcome;
}

function lessons(results: StepResult[], isOver: boolean): PageSection[] {
  if (!isOver) return [];
  const lines = (['missed', 'wrong', 'late'] as Outcome[]).flatMap((outcome) => {
    const steps = results.filter((one) => one.outcome === outcome);
    if (steps.length === 0) return [];
    return [{ lead: leadOf[outcome], text: clean(steps.map(({ label }) => label).join('; '), 300) }];
  });
  const [quickest] = results
    .filter((one) => one.outcome === 'in time' && one.step !== 'card')
    .toSorted((a, b) => (a.tookSeconds ?? 0) / a.goalSeconds - (b.tookSeconds ?? 0) / b.goalSeconds);
  if (quickest?.tookSeconds !== undefined)
    lines.push({
      lead: 'Quickest',
      text: clean(`${quickest.label}, after ${secondsInWords(quickest.tookSeconds)}`, 200),
    });
  return lines.length > 0 ? [{ title: 'What to take along', body: { kind: 'lines', lines, more: 0 } }] : [];
}

const leadOf: Record<Outcome, string> = {
  missed: 'Nobody did',
  wrong: 'Done otherwise',
  late: 'Too slow',
  'in time': 'In time',
};

function sentenceOf(results: StepResult[]): string {
  const count = (outcome: Outcome) => results.filter((one) => one.outcome === outcome).length;
  return `${count('in time')} in time, ${count('late')} late, ${count('wrong')} otherwise than expected, ${count('missed')} missed.`;
}

/** What can be played. */
export function drawScenarios(scenarios: Scenario[]): PageView {
  const title = `${scenarios.length} ${scenarios.length === 1 ? 'drill' : 'drills'} to choose from`;
  const shown = scenarios.slice(0, mostShown);
  return {
    title,
    subtitle: 'Start one with drill start and its name. Its cards say DRILL, and playbooks are rehearsed.',
    tone: 'plain',
    facts: [],
    sections: shown.map(({ name, title: called, about, alerts, expect, minutes }) => ({
      title: clean(`${name} · ${called}`, 130),
      body: {
        kind: 'lines',
        lines: [
          { lead: durationInWords(minutes), text: clean(about, 300) },
          {
            lead: `${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'}`,
            text: clean(expect.map(expectationInWords).join('; '), 400),
          },
        ],
        more: 0,
      },
    })),
    buttons: shown.slice(0, 5).map(({ name }) => say(bound(name, 20), `drill start ${name}`)),
    fallback: `${title}: ${shown.map(({ name }) => name).join(', ')}.`,
  };
}

/** A page has so many sections. */
const mostShown = 12;
