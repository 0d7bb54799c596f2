import type { Decision, Digest } from '../incident/digest.ts';
import { incidentName } from '../incident/incident.ts';
import { momentIn } from '../incident/local-span.ts';
import type { Proposal } from '../incident/proposal.ts';
import { clean } from './clean.ts';
import { type PageButton, type PageSection, say } from './page-view.ts';
import { proposalInWords, silenceWords } from './proposal-words.ts';

type Show = Parameters<typeof proposalInWords>[1];

/** What waits for somebody to decide, one line each. */
export function drawDecisions({ decisions, timeZone }: Digest, show: Show): PageSection[] {
  if (decisions.length === 0) return [];
  const lines = decisions.map((one) => decisionInWords(one, timeZone, show));
  return [{ title: 'Needs a decision', body: { kind: 'lines', lines, more: 0 } }];
}

/** Titles of playbooks are our own. */
function decisionInWords(one: Decision, timeZone: string, show: Show): { lead: string; text: string } {
  switch (one.kind) {
    case 'unowned':
      return {
        lead: incidentName(one.incident),
        text: `high severity, and nobody has it since ${momentIn(one.openedAt, timeZone)}`,
      };
    case 'overdue':
      return {
        lead: `RUN-${one.run}`,
        text: `${clean(one.title, 60)} for ${incidentName(one.incident)} stands past its end, ${momentIn(one.endsAt, timeZone)}`,
      };
    case 'unreviewed':
      return {
        lead: `RUN-${one.run}`,
        text: `${clean(one.title, 60)} for ${incidentName(one.incident)} was run without approval on ${momentIn(one.at, timeZone)}, and no lead has looked at it`,
      };
    case 'noisy':
      return {
        lead: show(one.rule, 80) || '(none)',
        text: `${one.falsePositives} of ${one.closed} closed were false positives${one.proposal ? `. ${proposalInWords(one.proposal, show)}` : ''}`,
      };
  }
}

/** What decides it, or shows it to whoever is to. */
export function decisionButtons(one: Decision): PageButton[] {
  const button = (label: string, words: string): PageButton[] => [say(label.slice(0, 20), words)];
  switch (one.kind) {
    case 'unowned':
      return button(`Take ${incidentName(one.incident)}`, `take ${incidentName(one.incident)}`);
    case 'overdue':
      return button(`Take back RUN-${one.run}`, `undo RUN-${one.run}`);
    case 'unreviewed':
      return button(`Look at RUN-${one.run}`, 'runs --unreviewed');
    case 'noisy':
      return one.proposal ? silenceButton(one.proposal) : button('Noise by rule', 'stats 30d --by rule');
  }
}

function silenceButton(proposal: Proposal): PageButton[] {
  const words = silenceWords(proposal);
  return words ? [say('Silence, preview', words)] : [];
}
