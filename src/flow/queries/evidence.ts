import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Curtain } from '../../channels/clearance.ts';
import type { ReplyView } from '../../channels/views.ts';
import { incidentName } from '../../incident/incident.ts';
import type { Db } from '../../store/database.ts';
import { countEvidence, readEvidence, type StoredEvidence } from '../../store/evidence.ts';
import { inWords } from './check.ts';

/** Lines; more would not fit a phone. */
const listed = 10;

const unzip = promisify(gunzip);

/** What was pinned to an incident, newest first, each held against its hash now. Whether they may see it is asked before. */
export async function listEvidence(db: Db, incident: number, show: Curtain): Promise<ReplyView> {
  const [pieces, total] = await Promise.all([
    readEvidence(db, incident, listed),
    countEvidence(db, incident),
  ]);
  if (total === 0) {
    const text = `Nothing is pinned to ${incidentName(incident)}. "Pin as evidence" stands below each answer.`;
    return { kind: 'text', text };
  }
  const more = total > pieces.length ? `, the newest ${pieces.length}` : '';
  return {
    kind: 'lines',
    title: `Evidence of ${incidentName(incident)}: ${total}${more}`,
    rows: await Promise.all(pieces.map((piece) => drawPiece(piece, show))),
  };
}

async function drawPiece(piece: StoredEvidence, show: Curtain) {
  const { at, title, query, span, scope, ranBy, pinnedBy, rowCount, sha256 } = piece;
  const state = (await isWhole(piece)) ? `copy fits SHA-256 ${sha256.slice(0, 16)}…` : 'THE COPY WAS CHANGED';
  const said = [
    `${title}: ${query}`,
    `${rowCount} ${rowCount === 1 ? 'row' : 'rows'} of ${inWords(scope)}`,
    `${minute(span.from)} to ${minute(span.to)} UTC`,
    `run by ${ranBy.name}, pinned by ${pinnedBy.name}`,
  ];
  // What is said of the copy must not be cut off by a long query.
  return { lead: `${minute(at)} UTC`, text: `${state} · ${show(said.toReversed().join(' · '), 500)}` };
}

/** Whether the copy is what its hash covers. */
export async function isWhole({ copy, sha256 }: Pick<StoredEvidence, 'copy' | 'sha256'>): Promise<boolean> {
  try {
    return (
      createHash('sha256')
        .update(await unzip(copy))
        .digest('hex') === sha256
    );
  } catch {
    return false;
  }
}

function minute(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}
