import {
  type Audience,
  type Curtain,
  existenceInWords,
  findRoom,
  hang,
  isHidden,
} from '../../channels/clearance.ts';
import { type DrawnSection, drawHidden, drawQuery, type QueryNow } from '../../channels/query.ts';
import type { QueryView } from '../../channels/query-view.ts';
import { drawResult, rowsSeen } from '../../channels/result.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import { readIncident } from '../../store/incidents.ts';
import { placeInLine, type StoredQuery } from '../../store/queries.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { inWords } from './check.ts';
import { isOfSeveral, knownOf } from './known.ts';
import { drawKnown } from './known-entity.ts';
import { entitiesIn } from './name-entities.ts';
import { type PartAnswer, unpack } from './packed.ts';

/** So many does a message hold. */
const mostSections = 8;

/** Nobody is concerned but whom the rows name. */
const nobody = { alerts: [], inquiries: [], deeds: [] };

/** The message of a query as it is now, for those who read where it is shown. */
export async function drawStored(floor: Watchfloor, query: StoredQuery): Promise<QueryView> {
  const incident = await incidentOf(floor, query);
  const audience = readersOf(floor, query, incident);
  const answers = await unpack(query.result);
  const show = curtainFor(incident, audience, answers, query);
  const now = await describeNow(floor, query, answers, show);
  if (incident && isHidden(incident, audience)) return drawHidden(now, existenceInWords(incident));
  if (audience.shows === 'existence') return drawHidden(now, 'not shown in this room');
  const known = await knownOf(floor, query, audience, show);
  if (!known) return drawQuery(now, show);
  const ours = [...(await drawKnown(floor, query, audience, show)), known.section];
  const left = now.sections
    .slice(mostSections - ours.length)
    .map(({ title }) => `${title}: no room here, the CSV has it.`);
  const view = drawQuery({ ...now, leftOut: [...now.leftOut, ...left] }, known.show);
  return { ...view, sections: [...ours, ...view.sections].slice(0, mostSections) };
}

export async function incidentOf(
  { db }: Watchfloor,
  { incident }: Pick<StoredQuery, 'incident'>,
): Promise<Incident | undefined> {
  return incident === undefined ? undefined : (await readIncident(db, incident))?.incident;
}

/** Who reads it there: the room as the settings have it now, or those whom it was asked for. */
function readersOf(
  { clearance }: Pick<Watchfloor, 'clearance'>,
  { place, channel, audience, person }: StoredQuery,
  incident: Incident | undefined,
): Audience {
  const { conversation, isDirect } = place;
  const maySee = !incident?.restrictedTo || incident.restrictedTo.some(({ id }) => id === person.id);
  if (isDirect) return { ...audience, alone: maySee };
  const listed =
    conversation && (channel === 'slack' || channel === 'teams')
      ? findRoom(clearance, { channel, conversation })
      : undefined;
  return listed ?? { ...audience, alone: false };
}

/** Masks as the incident's cards are masked, and whom the rows that are shown name beside that. */
export function curtainFor(
  incident: Incident | undefined,
  audience: Pick<Audience, 'shows' | 'hideHosts'>,
  answers: PartAnswer[],
  { face }: Pick<StoredQuery, 'face'>,
): Curtain {
  const named = answers.flatMap((answer) => {
    if (answer.kind === 'fault') return [];
    const seen = rowsSeen(answer, { shape: face.shape, page: face.page ?? 1, isGlance: answers.length > 1 });
    return entitiesIn(answer.columns, seen);
  });
  return hang(incident ?? nobody, audience, named);
}

async function describeNow(
  floor: Watchfloor,
  query: StoredQuery,
  answers: PartAnswer[],
  show: Curtain,
): Promise<QueryNow> {
  const { plan, parts, state } = query;
  const line = state === 'waiting' ? await placeInLine(floor.db, query) : undefined;
  return {
    id: query.id,
    revision: query.revision,
    state,
    title: plan.title,
    // Code that nobody typed; the copy that is pinned has it.
    text: plan.kind === 'query' && parts.length === 1 ? (parts[0]?.text ?? '') : '',
    values: valuesInWords(plan.values),
    askedBy: query.person.name,
    place: inWords(plan.scope),
    span: plan.span,
    incident: query.incident === undefined ? undefined : incidentName(query.incident),
    line,
    seconds: secondsOf(query, floor.now()),
    rows: query.rowCount,
    tables: query.tables,
    cancelWanted: query.cancelWanted,
    fault: query.fault,
    leftOut: query.leftOut,
    sections: answers.map((answer, index) => drawSection(query, answer, index, show)),
    pinned: query.pinned,
  };
}

function valuesInWords(values: Record<string, string> = {}): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function secondsOf({ startedAt, endedAt }: StoredQuery, now: Date): number | undefined {
  if (!startedAt) return undefined;
  const end = endedAt ? Date.parse(endedAt) : now.getTime();
  return Math.max(0, end - Date.parse(startedAt)) / 1_000;
}

function drawSection(
  { plan, parts, face }: StoredQuery,
  answer: PartAnswer,
  index: number,
  show: Curtain,
): DrawnSection {
  const part = parts[index];
  const single = parts.length === 1;
  const drawn = {
    title: single && !isOfSeveral(plan) ? '' : show(part?.title ?? '', 80),
    more: part?.more ? String(index) : undefined,
  };
  if (answer.kind === 'fault') {
    const body = { kind: 'sentence' as const, text: show(`It could not be asked: ${answer.message}`, 300) };
    return { ...drawn, body, partial: '', canChart: false, page: 1, pages: 1 };
  }
  const page = single ? (face.page ?? 1) : 1;
  const hide = (text: string) => show(text, mostText);
  const result = drawResult(answer, {
    shape: single ? face.shape : undefined,
    page,
    isGlance: !single,
    hide,
  });
  return { ...drawn, ...result, partial: answer.partial, page: Math.min(page, result.pages) };
}

/** Longer than what is drawn of one text. */
const mostText = 4_000;
