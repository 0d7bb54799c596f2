import { createHash, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import stringify from 'safe-stable-stringify';
import type { FieldFaults } from '../../channels/channel.ts';
import { bound, clean, fold } from '../../channels/clean.ts';
import type { QueryDialogView } from '../../channels/query-view.ts';
import { Refused } from '../../errors.ts';
import type { Actor } from '../../incident/incident.ts';
import { incidentName } from '../../incident/incident.ts';
import type { Caller } from '../../people/people.ts';
import { openDraft } from '../../store/draft.ts';
import { insertEvidence, type StoredEvidence } from '../../store/evidence.ts';
import { recordPinned, type StoredQuery } from '../../store/queries.ts';
import { save } from '../../store/save.ts';
import { currentTrace } from '../../trace.ts';
import { change } from '../change.ts';
import { readFor } from '../reader.ts';
import { untilSaved } from '../until-saved.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { inWords } from './check.ts';
import { type PartAnswer, unpack } from './packed.ts';

const zip = promisify(gzip);

/** Which incident it is evidence of. */
export function drawPin({ id, plan }: StoredQuery): QueryDialogView {
  return {
    query: id,
    verb: 'pin',
    title: 'Pin as evidence',
    about: clean(plan.title, 120),
    submit: 'Pin',
    fields: [
      {
        kind: 'text',
        id: 'incident',
        label: 'Which incident?',
        required: true,
        maxLength: 20,
        placeholder: 'INC-1042',
      },
    ],
  };
}

export function readPin(fields: Record<string, string>): number | FieldFaults {
  const [, digits] = (fields.incident ?? '').trim().match(/^(?:inc-?|#)?(\d{1,12})$/i) ?? [];
  return digits ? Number(digits) : { faults: { incident: 'An incident is named like this: INC-1042.' } };
}

/**
 * Keeps a copy of the answer with the incident, for good, and tells its story of it: both in one transaction. Returns what
 * whoever pinned it is told.
 */
export async function pin(
  floor: Watchfloor,
  caller: Caller,
  query: StoredQuery,
  incident: number,
): Promise<string> {
  if (query.state !== 'answered') throw new Refused('There is no answer to pin.');
  const answers = await unpack(query.result);
  const pinnedBy = { id: caller.id, name: caller.name, upn: caller.upn };
  const by: Actor = { kind: 'person', ...pinnedBy };
  const evidence = await copyOf(query, answers, { incident, pinnedBy, at: floor.now().toISOString() });
  await untilSaved(async () => {
    const { incident: before } = await readFor(floor, caller, incident);
    const draft = openDraft(currentTrace());
    change(floor, draft, before, { type: 'pin', evidence: inStory(query, evidence) }, by);
    await floor.db.transaction().execute(async (trx) => {
      await save(trx, draft);
      await insertEvidence(trx, evidence);
      await recordPinned(trx, query.id);
    });
  });
  floor.ringDeliver();
  floor.ringWriteBack();
  return `Pinned to ${incidentName(incident)}.`;
}

/** Everything that one has to know to believe it, as JSON whose keys are sorted, and the hash of that. */
async function copyOf(
  { plan, parts, tables, person, startedAt, askedAt }: StoredQuery,
  answers: PartAnswer[],
  { incident, pinnedBy, at }: Pick<StoredEvidence, 'incident' | 'pinnedBy' | 'at'>,
): Promise<StoredEvidence> {
  const told = {
    id: randomUUID(),
    incident,
    at,
    title: plan.title,
    query: parts.map(({ title, text }) => (title ? `// ${title}\n${text}` : text)).join('\n\n'),
    span: plan.span,
    scope: plan.scope,
    tables,
    ranBy: person,
    ranAt: startedAt ?? askedAt,
    pinnedBy,
    rowCount: answers.reduce((sum, one) => sum + (one.kind === 'rows' ? one.rows.length : 0), 0),
  };
  const results = answers.map((answer, index) => ({ title: parts[index]?.title ?? '', ...answer }));
  const json = stringify({ ...told, results }) ?? '';
  return { ...told, sha256: createHash('sha256').update(json).digest('hex'), copy: await zip(json) };
}

function inStory({ plan, parts }: StoredQuery, { id, rowCount, sha256, ranBy }: StoredEvidence) {
  return {
    id,
    title: bound(fold(plan.title), 120),
    // What was typed is told with it; a hunt is named, and the copy has its text.
    query: plan.kind === 'query' ? bound(fold(parts.map(({ text }) => text).join(' ')), 300) : '',
    rows: rowCount,
    from: plan.span.from,
    to: plan.span.to,
    place: inWords(plan.scope),
    ranBy: ranBy.name,
    sha256,
  };
}
