import type { Instant } from '../incident/alert.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import {
  type Answer,
  answerInWords,
  answers,
  type Ending,
  type Inquiry,
  isDirect,
  nextStep,
  type Question,
} from '../incident/question.ts';
import { bound, clean } from './clean.ts';
import type { Fact } from './fact.ts';
import type { QuestionView } from './views.ts';

/** "Was this you?" as one message, the same for Teams and Slack. Untrusted text is cleaned and bounded here. */
export function drawQuestion(incident: number, { question, askedBy, outcome }: Inquiry): QuestionView {
  const headline = headlineOf(question);
  const ended = outcome ? endInWords(question, outcome.answer) : '';
  return {
    id: question.id,
    headline,
    why: whyHere(incident, question, askedBy),
    facts: facts(question),
    outcome: ended,
    answers: outcome ? [] : answers.map((answer) => ({ answer, label: labelOf(answer, question) })),
    dueAt: question.dueAt,
    fallback: bound(`${headline} ${clean(question.what, 200)}. ${ended || 'Yes, no, or not sure?'}`, 500),
  };
}

/** The newest two questions and how they ended, for the incident's card; and what to do where the answer was no. */
export function inquiryFacts({ inquiries }: Incident, show: (text: string, limit: number) => string): Fact[] {
  const shown = inquiries.slice(-2);
  const next = shown.map(nextStep).findLast((step) => step !== '');
  return [
    ...shown.map((inquiry) => ({
      label: 'Was this you?',
      value: show(inquiryInWords(inquiry), 300),
      long: true as const,
    })),
    ...(next ? [{ label: 'Next', value: show(next, 240), long: true as const }] : []),
  ];
}

/** `Adam Keller: no, that was not me (10:42 UTC)` */
function inquiryInWords({ question, outcome }: Inquiry): string {
  const name = clean(question.asked.name, 80);
  if (!outcome) {
    const detour = clean(question.detour, 240).replace(/\.$/, '');
    return `${detour || `${name} is asked`} (open until ${clockTime(question.dueAt)})`;
  }
  const whom = isDirect(question) ? 'me' : clean(question.about.name, 80);
  const sure = outcome.confirmed ? ', signed in anew' : '';
  const note = outcome.note ? ` “${clean(outcome.note, 120)}”` : '';
  return `${name}: ${answerInWords(outcome.answer, whom)}${sure}${note} (${clockTime(outcome.at)})`;
}

function clockTime(at: Instant): string {
  return `${at.slice(11, 16)} UTC`;
}

/** `Was this you, Olivia?`; to somebody else `Was this Adam Keller?`. */
function headlineOf(question: Question): string {
  const { about, asked } = question;
  return isDirect(question)
    ? `Was this you, ${firstName(asked.name)}?`
    : `Was this ${clean(about.name, 80)}?`;
}

function whyHere(incident: number, question: Question, askedBy: string): string {
  const { about, note } = question;
  const who = `${clean(askedBy, 80)} asks for the security team because of ${incidentName(incident)}.`;
  const instead = isDirect(question)
    ? ''
    : ` You are asked in place of ${clean(about.name, 80)}, whose own chat proves nothing now: ` +
      'ask them by phone or in person, not in writing.';
  return who + instead + (note ? ` “${clean(note, 500)}”` : '');
}

function facts({ about, what, at, where, sureness, ...question }: Question): Fact[] {
  return [
    { label: 'What', value: clean(what, 300) },
    ...(isDirect({ about, ...question }) ? [] : [{ label: 'Account', value: clean(about.upn, 120) }]),
    { label: 'When', at },
    ...(where ? [{ label: 'From', value: clean(where, 300) }] : []),
    { label: 'How sure', value: clean(sureness, 200) },
  ].filter((fact) => !('value' in fact) || fact.value !== '');
}

function labelOf(answer: Answer, question: Question): string {
  switch (answer) {
    case 'yes':
      return isDirect(question) ? 'Yes, it was me' : `Yes, it was ${firstName(question.about.name)}`;
    case 'no':
      return isDirect(question) ? 'No, not me' : 'No, it was not';
    case 'not-sure':
      return 'Not sure';
  }
}

function endInWords(question: Question, ending: Ending): string {
  const { about } = question;
  switch (ending) {
    case 'yes':
    case 'no':
    case 'not-sure': {
      const said = answerInWords(ending, isDirect(question) ? 'me' : clean(about.name, 80));
      const advice = ending === 'no' ? ' The security team is told; they will call you.' : ' Thank you.';
      return `You said: ${said}.${advice}`;
    }
    case 'none':
      return 'There was no answer in time. The security team goes on without it; call them if you can tell more.';
    case 'unreachable':
    case 'withdrawn':
      return 'No answer is needed any more.';
  }
}

/** Names are as the directory has them; buttons have little room. */
function firstName(name: string): string {
  const [first = ''] = clean(name, 80).split(' ');
  return bound(first, 24) || 'there';
}
