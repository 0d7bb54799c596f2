import { type Incident, incidentName } from './incident.ts';
import { isDirect, type Question } from './question.ts';

/**
 * Whether somebody may be told of the incident by being asked. Of a restricted one in another's place only whom it is
 * restricted to. The person themselves whoever sees it may ask, knowing that; not where it was restricted after that.
 */
export function mayBeAsked(incident: Incident, question: Question): boolean {
  const { restrictedTo } = incident;
  if (!restrictedTo || restrictedTo.some(({ id }) => isSame(id, question.asked.id))) return true;
  return isDirect(question) && !wasRestrictedSince(incident, question.id);
}

/** What to do where nobody else may be asked, as a sentence. */
export function callInstead({ id }: Incident, { about, asked }: Pick<Question, 'about' | 'asked'>): string {
  const name = isDirect({ about, asked })
    ? asked.name
    : `${asked.name}, the manager who would be asked instead,`;
  return `${incidentName(id)} is restricted, and ${name} may not see it. Call ${about.name} by phone.`;
}

/** Deeds that are not kept any more are older than all that are. */
function wasRestrictedSince({ deeds }: Incident, question: string): boolean {
  const restricted = deeds.findLast(({ type }) => type === 'restricted')?.version ?? 0;
  const asked = deeds.find((deed) => deed.type === 'asked' && deed.question.id === question);
  return asked !== undefined && restricted > asked.version;
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
