import type { Answered } from '../channels/channel.ts';
import { drawQuestion } from '../channels/question.ts';
import { Refused } from '../errors.ts';
import { accountsIn, belongsTo } from '../incident/account.ts';
import type { Alert } from '../incident/alert.ts';
import { consequencesOf } from '../incident/consequence.ts';
import { isInDoubt } from '../incident/doubt.ts';
import { mayBeAsked } from '../incident/entrust.ts';
import { type Actor, bot, type Incident } from '../incident/incident.ts';
import { type Answer, type Inquiry, isDirect } from '../incident/question.ts';
import type { People } from '../people/people.ts';
import { alertsOf } from '../store/alerts.ts';
import { type Draft, openDraft } from '../store/draft.ts';
import { readIncident } from '../store/incidents.ts';
import type { StoredQuestion } from '../store/questions.ts';
import { save } from '../store/save.ts';
import { currentTrace } from '../trace.ts';
import { prepareInstead } from './ask.ts';
import { change } from './change.ts';
import { send } from './send.ts';
import { untilSaved } from './until-saved.ts';
import type { Watchfloor } from './watchfloor.ts';

interface Given {
  answer: Answer;
  note: string;
  /** By a fresh sign-in. */
  confirmed: boolean;
}

/** Writes the answer down with all that follows from it, in one draft. Throws `Refused` where it is over. */
export async function settle(
  floor: Watchfloor,
  people: People,
  stored: StoredQuestion,
  given: Given,
): Promise<Answered> {
  const { question, askedBy, incidentId } = stored;
  const by: Actor = { kind: 'person', ...question.asked };
  const after = await untilSaved(async () => {
    const found = await readIncident(floor.db, incidentId);
    if (!found) throw new Refused('There is no such incident any more.');
    // Read after the incident: an alert that joins in between overtakes the draft, and doubt is weighed anew.
    const alerts = await alertsOf(floor.db, incidentId);
    const proves = !isInDoubt(alerts, question.asked);
    const answer = {
      type: 'answer',
      question: question.id,
      ...given,
      confirmed: given.confirmed && proves,
    } as const;
    const draft = openDraft(currentTrace());
    const answered = change(floor, draft, found.incident, answer, by);
    const incident = isWorthless(floor, stored, given.answer, proves)
      ? await goOnWithout(floor, people, draft, answered, stored)
      : follow(floor, draft, answered, { ...answer, isNamed: isNamed(alerts, question.about) });
    // A graver one may concern other rooms.
    if (incident.severity !== found.incident.severity) send(floor, draft, incident);
    await save(floor.db, draft);
    return incident;
  });
  floor.ringDeliver();
  floor.ringWriteBack();
  floor.ringQuestions();
  const settled = after.inquiries.find((inquiry) => inquiry.question.id === question.id);
  return {
    told: thanks(given.answer),
    view: drawQuestion(incidentId, settled ?? open({ question, askedBy })),
  };
}

/** The question as nobody has answered it. */
export function open({ question, askedBy }: Pick<StoredQuestion, 'question' | 'askedBy'>): Inquiry {
  return { question, askedBy, outcome: undefined };
}

/** What comes out of a chat that is the intruder's as much as the owner's; a no warns whoever says it. */
function isWorthless(
  { questions }: Watchfloor,
  { place }: StoredQuestion,
  answer: Answer,
  proves: boolean,
): boolean {
  const isApart = place?.channel === 'slack' && questions.slackSignIn === 'separate';
  return answer !== 'no' && !proves && !isApart;
}

function isNamed(alerts: Alert[], about: Parameters<typeof belongsTo>[1]): boolean {
  return accountsIn(alerts).some((account) => belongsTo(account, about));
}

function follow(
  floor: Watchfloor,
  draft: Draft,
  answered: Incident,
  weighed: Parameters<typeof consequencesOf>[2],
): Incident {
  return consequencesOf(floor.questions, answered, weighed).reduce(
    (incident, intent) => change(floor, draft, incident, intent, bot),
    answered,
  );
}

/** As though nobody had answered: what the settings say of that, and the manager in the person's place. */
async function goOnWithout(
  floor: Watchfloor,
  people: People,
  draft: Draft,
  answered: Incident,
  { question, incidentId }: StoredQuestion,
): Promise<Incident> {
  const silence = { question: question.id, answer: 'none', confirmed: false, isNamed: false } as const;
  const incident = follow(floor, draft, answered, silence);
  const instead = isDirect(question)
    ? await prepareInstead(floor, people, { question, incidentId }, 'in-doubt')
    : undefined;
  floor.log.warn({ question: question.id, incident: incidentId }, 'answer of an account in doubt');
  if (instead && mayBeAsked(incident, instead)) {
    return change(floor, draft, incident, { type: 'ask', question: instead }, bot);
  }
  const text = `The answer came from an account that may be in somebody else's hands. Call ${question.asked.name} by phone.`;
  return change(floor, draft, incident, { type: 'comment', text }, bot);
}

function thanks(answer: Answer): string {
  switch (answer) {
    case 'yes':
      return 'Thank you. The security team sees your answer.';
    case 'no':
      return 'Thank you. The security team is told and will call you. Approve no sign-in that you did not begin.';
    case 'not-sure':
      return 'Thank you. The security team sees your answer and may call you.';
  }
}
