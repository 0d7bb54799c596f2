import { createHash } from 'node:crypto';
import type { ResourceGraph } from '../../azure/resource-graph.ts';
import type { SignedCalls } from '../../azure/signed-calls.ts';
import type { Writer } from '../../azure/writer.ts';
import { type Subject, type SubjectKind, subjectName } from '../../incident/enrichment.ts';
import type { Risk } from '../../incident/run.ts';
import type { Order, Parameter, Parameters, Playbook, PlayContext, Prospect, Step } from '../playbook.ts';

export const yourKinds = ['logic-app', 'sentinel', 'runbook'] as const;
export type YourKind = (typeof yourKinds)[number];

/** A playbook that a team has in Azure already, as the settings allow it. */
export interface YourPlaybook {
  name: string;
  title: string;
  kind: YourKind;
  /** Resource Manager id of the Logic App or the runbook. */
  resource: string;
  risk: Risk;
  /** One sentence; `{target}` and `{name of a parameter}` stand for what they are. */
  effect: string;
  about: SubjectKind[];
  /** Another of these, which takes it back. */
  reverse?: { name: string } | undefined;
  parameters: Parameter[];
  /** Until it is taken back by itself. */
  minutes?: number | undefined;
}

/** Whom playbooks of a team ask. */
export interface YourHands {
  arm: Writer;
  resources: ResourceGraph;
  /** To addresses of Logic Apps that carry their own signature. */
  signed: SignedCalls;
  /** Id of the tenant that the playbooks are in. */
  tenant: string;
}

/** What differs from one kind to the next. */
export interface YourWork extends Pick<Playbook, 'api' | 'permission'> {
  look(order: Order, context: PlayContext): Promise<Prospect>;
  act(order: Order, context: PlayContext): Promise<Step>;
}

/** A week: what is to stand longer should be somebody's decision. */
const mostMinutes = 10_080;

/** The playbook of an entry, given its work and that of the entry that takes it back. */
export function playbookOf(
  entry: YourPlaybook,
  work: YourWork,
  reverse?: { entry: YourPlaybook; work: YourWork },
): Playbook {
  return {
    ...work,
    name: entry.name,
    title: entry.title,
    about: entry.about,
    tactics: [],
    risk: entry.risk,
    parameters: entry.parameters,
    effect: (target, parameters) => effectOf(entry, target, parameters),
    ...(reverse && {
      reverse: {
        title: reverse.entry.title,
        effect: (target) => effectOf(reverse.entry, target, {}),
      },
      undo: (order, context) => reverse.work.act({ ...order, run: undoOf(order) }, context),
    }),
    ...(entry.minutes && { lasts: { minutes: entry.minutes, mostMinutes } }),
  };
}

function effectOf({ effect, parameters }: YourPlaybook, target: Subject, said: Parameters): string {
  const usual = Object.fromEntries(parameters.map((one) => [one.name, one.usual]));
  const words: Record<string, string> = { ...usual, ...said, target: subjectName(target) };
  const sentence = effect.replace(/\{([\w-]+)\}/g, (whole, name: string) => words[name] ?? whole);
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

/** What it is called at Azure when a run is taken back: the same id however often it is asked, another when a person tries anew. */
function undoOf({ run, undoAt = '' }: Order): string {
  const digest = createHash('sha256').update(`undo ${run} ${undoAt}`).digest('hex');
  // RFC 9562, version 8: made by whoever made it.
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-a$4-$5');
}

/** What is said of a run to whatever does the work; all that it needs to know, as JSON. */
export function briefOf({ name, target, parameters, minutes, note }: Order): Record<string, unknown> {
  return { run: name, target: { ...target, text: subjectName(target) }, parameters, minutes, note };
}
