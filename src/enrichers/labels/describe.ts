import type { Enrichment, EnrichmentFact, Subject, Trait } from '../../incident/enrichment.ts';
import { firstFitting } from '../chip.ts';
import { figure, listed } from '../figures.ts';
import { mostLowered } from './queries.ts';
import type { LabelCount, LoweredLabel } from './read.ts';

export interface KnownLabels {
  /** On it, in it, or on what it took. */
  labels: LabelCount[];
  lowered: LoweredLabel[];
  /** Why rows are missing; empty where all are there. */
  partial: string;
}

const mostNamed = 5;

export function describeLabels(subject: Subject, known: KnownLabels, gravest: readonly string[]): Enrichment {
  const { labels, lowered, partial } = known;
  return {
    facts: [
      ...labels.map((count) => labelFact(subject, count)),
      ...lowered.slice(0, mostNamed).map((one) => loweredFact(subject, one)),
      ...(partial ? [{ label: 'Not complete', value: partial, long: true as const }] : []),
    ],
    traits: [...graveTraits(subject, labels, gravest), ...loweredTraits(subject, lowered)],
  };
}

function labelFact(subject: Subject, { label, items, at, kinds }: LabelCount): EnrichmentFact {
  const found = kinds.length > 0 ? ` (${listed(kinds, 3)})` : '';
  const value =
    subject.kind === 'file' && items === 1 ? label : `${label}: ${counted(subject, items)}${found}`;
  return { label: subject.kind === 'account' ? 'Downloaded in 24 h' : 'Label', value, ...(at && { at }) };
}

function loweredFact(subject: Subject, one: LoweredLabel): EnrichmentFact {
  const change = `${nameOfItem(one.item)}: ${one.from} → ${one.to || 'no label'}`;
  const whom = subject.kind === 'account' || !one.who ? '' : ` by ${one.who}`;
  const reason = one.reason ? `, because “${one.reason}”` : '';
  const label = one.to ? 'Label lowered' : 'Label removed';
  return { label, value: `${change}${whom}${reason}`, ...(one.at && { at: one.at }) };
}

/** What must not leave makes whatever holds it, or has taken it, weigh more. */
function graveTraits(subject: Subject, labels: LabelCount[], gravest: readonly string[]): Trait[] {
  const grave = labels.find(({ label }) => gravest.some((one) => isWithin(label, one)));
  if (!grave) return [];
  const { label, items } = grave;
  const trait = (chip: string, says: string, tone: Trait['tone']): Trait[] => [
    { chip, says, tone, mark: 'crown-jewel' },
  ];
  const things = counted(subject, items);
  if (subject.kind === 'account') {
    const says = `downloaded ${things} labelled ${label} in the last 24 h`;
    return trait(firstFitting(`took ${label}`, 'took labelled files'), says, 'bad');
  }
  if (subject.kind === 'file') {
    const says = items === 1 ? `is labelled ${label}` : `is labelled ${label} in ${figure(items)} places`;
    return trait(firstFitting(label, 'most sensitive'), says, 'warning');
  }
  return trait(firstFitting(label, 'most sensitive'), `holds ${things} labelled ${label}`, 'warning');
}

function loweredTraits(subject: Subject, lowered: LoweredLabel[]): Trait[] {
  const [last] = lowered;
  if (!last) return [];
  const chip = last.to ? 'label lowered' : 'label removed';
  const change = last.to ? `from ${last.from} to ${last.to}` : `(${last.from}) removed`;
  const more =
    lowered.length === 1
      ? ''
      : `, the last of ${lowered.length === mostLowered ? 'over ' : ''}${lowered.length} in 14 days`;
  if (subject.kind === 'account') {
    const says = last.to
      ? `lowered the label of ${nameOfItem(last.item)} ${change}${more}`
      : `removed the label ${last.from} of ${nameOfItem(last.item)}${more}`;
    return [{ chip, says, tone: 'warning' }];
  }
  const whose = subject.kind === 'file' ? 'its label' : `the label of ${nameOfItem(last.item)}`;
  const says = `had ${whose} ${last.to ? `lowered ${change}` : change}${last.who ? ` by ${last.who}` : ''}${more}`;
  return [{ chip, says, tone: 'warning' }];
}

/** Labels below another are called by both names: `Highly Confidential\All Employees`. */
function isWithin(label: string, grave: string): boolean {
  return label.toLowerCase().startsWith(grave.toLowerCase());
}

function counted({ kind }: Subject, items: number): string {
  const one = kind === 'resource' ? 'asset' : kind === 'mailbox' ? 'message' : 'file';
  return items === 1 ? `one ${one}` : `${figure(items)} ${one}s`;
}

const nameOfItem = (item: string): string =>
  item.split(/[\\/]/).findLast((part) => part !== '') ?? 'something';
