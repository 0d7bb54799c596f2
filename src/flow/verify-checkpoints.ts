import { type Checkpoint, type CheckpointLine, contentOf, type Head, hashOf } from '../record/checkpoint.ts';
import { isSignedBy, type KeyRing } from '../record/signature.ts';
import { readAuditKeys, readCheckpoints } from '../store/checkpoints.ts';
import type { Db, Trx } from '../store/database.ts';
import { readEventHashes, readPresent } from '../store/history.ts';
import { readArchivedNotes, readRecordHashes } from '../store/record.ts';
import type { Evidence, Fault } from './fault.ts';
import { openSealedVersions, type SealedVersions } from './sealed-versions.ts';

type Tell = (fault: Fault) => void;

/** Checkpoints at a time: each may hold 500 kB of heads. */
const atOnce = 20;

/**
 * Every checkpoint follows from the one before, is signed, stands in the file as it stands here, and what it covers is
 * there as it was, but for records up to `left` and incidents that an archive holds. Returns which versions of incidents
 * are covered.
 */
export async function verifyCheckpoints(
  trx: Db | Trx,
  { lines, trusted }: Evidence,
  left: number,
  tell: Tell,
): Promise<{ checkpoints: number; sealed: SealedVersions }> {
  const known = await readAuditKeys(trx);
  const sealed = await readSealedVersions(trx);
  const file = besideFile(lines, tell);
  const gone = new Set<number>();
  let [number, hash, record] = [0, '', 0];
  let checkpoints = 0;
  for (;;) {
    const page = await readCheckpoints(trx, number, atOnce);
    if (page.length === 0) break;
    for (const checkpoint of page) {
      if (checkpoint.number !== number + 1) tell(missing(number + 1, checkpoint.number - 1));
      else if (checkpoint.previous !== hash) {
        const says = `does not follow from checkpoint ${number}: one of the two was replaced`;
        tell({ where: 'checkpoint', number: checkpoint.number, what: 'changed', says });
      }
      verifyOne(checkpoint, trusted, known, tell);
      if (checkpoint.record.number < record) {
        const says = 'covers fewer records than the one before';
        tell({ where: 'checkpoint', number: checkpoint.number, what: 'changed', says });
      }
      await file.meet(checkpoint);
      await verifyHeads(trx, checkpoint, { left, sealed, gone }, tell);
      ({ number, hash } = checkpoint);
      record = checkpoint.record.number;
      checkpoints += 1;
    }
    await verifyCoveredRecords(trx, page, left, tell);
  }
  await file.end(number);
  return { checkpoints, sealed };
}

/** Of each incident the newest version that any checkpoint covers: only that one can say how it left. */
async function readSealedVersions(trx: Db | Trx): Promise<SealedVersions> {
  const sealed = openSealedVersions();
  let page = await readCheckpoints(trx, 0, atOnce);
  while (page.length > 0) {
    for (const { heads } of page) for (const [incident, version] of heads) sealed.cover(incident, version);
    page = await readCheckpoints(trx, page.at(-1)?.number ?? 0, atOnce);
  }
  return sealed;
}

function missing(first: number, last: number): Fault {
  const says = first === last ? 'is missing' : `to ${last} are missing`;
  return { where: 'checkpoint', number: first, what: 'missing', says };
}

function verifyOne(checkpoint: Checkpoint, trusted: KeyRing, known: KeyRing, tell: Tell): void {
  const { number, keyId, signature } = checkpoint;
  const content = contentOf(checkpoint);
  if (hashOf(content) !== checkpoint.hash) {
    tell({ where: 'checkpoint', number, what: 'changed', says: 'was changed: it does not fit its hash' });
  }
  const key = (trusted.size > 0 ? trusted : known).get(keyId);
  if (!key) {
    const says = `is signed with the key ${keyId}, which is not among those that are trusted`;
    tell({ where: 'checkpoint', number, what: 'signature-wrong', says });
    return;
  }
  if (!isSignedBy(key, content, signature)) {
    tell({
      where: 'checkpoint',
      number,
      what: 'signature-wrong',
      says: 'has a signature that does not fit it',
    });
  }
}

interface Known {
  left: number;
  sealed: SealedVersions;
  /** Incidents that were told to be missing: once is enough. */
  gone: Set<number>;
}

/** What it says of incidents is still so, or the incident has left for an archive, whole and as it was. */
async function verifyHeads(trx: Db | Trx, checkpoint: Checkpoint, known: Known, tell: Tell): Promise<void> {
  const { number, heads } = checkpoint;
  const hashes = await readEventHashes(trx, heads);
  const absent: Head[] = [];
  for (const head of heads) {
    const [incident, version, hash] = head;
    const there = hashes.get(`${incident} ${version}`);
    if (there === undefined) absent.push(head);
    else if (there !== hash) {
      const says = `is not what checkpoint ${number} covers: the history was rewritten`;
      tell({ where: 'incident', number: incident, version, what: 'changed', says });
    }
  }
  if (absent.length === 0) return;
  const isExcused = await readExcuses(trx, checkpoint, absent, known);
  for (const head of absent) {
    const [incident, version] = head;
    if (isExcused(head) || known.gone.has(incident)) continue;
    known.gone.add(incident);
    const says = `is missing: checkpoint ${number} covers it`;
    tell({ where: 'incident', number: incident, version, what: 'truncated', says });
  }
}

/** An archive takes an incident as a whole: where anything of it is there, nothing excuses what is not. */
async function readExcuses(trx: Db | Trx, { record }: Checkpoint, absent: Head[], { left, sealed }: Known) {
  const incidents = absent.map(([incident]) => incident);
  const present = await readPresent(trx, incidents);
  const notes = await readArchivedNotes(trx, incidents);
  return ([incident, version, hash]: Head) => {
    if (present.has(incident)) return false;
    // A later checkpoint covers more of it, and says how it was when it left.
    if (version < sealed.of(incident)) return true;
    // Notes of what left that long ago have left themselves.
    if (record.number < left) return true;
    const note = notes.get(incident);
    return note?.version === version && note.head === hash;
  };
}

/** The records at which checkpoints were made are there as they were, but for what has left for an archive. */
async function verifyCoveredRecords(
  trx: Db | Trx,
  page: Checkpoint[],
  left: number,
  tell: Tell,
): Promise<void> {
  const hashes = await readRecordHashes(
    trx,
    page.map(({ record }) => record.number),
  );
  for (const { number, record } of page) {
    if (record.number === 0 || record.number <= left) continue;
    const there = hashes.get(record.number);
    if (there === record.hash) continue;
    const says =
      there === undefined
        ? `is missing: checkpoint ${number} covers it`
        : `is not what checkpoint ${number} covers: the record was rewritten`;
    const what = there === undefined ? 'truncated' : 'changed';
    tell({ where: 'record', number: record.number, what, says });
  }
}

/** The file beside the database, line by line with the checkpoints. It may begin later than they do. */
function besideFile(lines: AsyncIterable<CheckpointLine> | undefined, tell: Tell) {
  const reader = lines?.[Symbol.asyncIterator]();
  let line: CheckpointLine | undefined;
  let begun = false;
  const next = async () => {
    const read = await reader?.next();
    line = read?.done ? undefined : read?.value;
  };
  const judge = ({ number }: CheckpointLine, what: Fault['what'], says: string) =>
    tell({ where: 'checkpoint', number, what, says });

  return {
    async meet(checkpoint: Checkpoint): Promise<void> {
      if (!begun) await next();
      begun = true;
      while (line && line.number <= checkpoint.number) {
        if (hashOf(contentOf(line)) !== line.hash) {
          tell({ where: 'file', number: line.number, what: 'changed', says: 'does not fit its hash' });
        } else if (line.number === checkpoint.number && line.hash !== checkpoint.hash) {
          judge(line, 'changed', 'is not the one that stands in the file outside of the database');
        }
        // One that is older than this was told as missing already.
        await next();
      }
    },
    async end(last: number): Promise<void> {
      if (!begun) await next();
      for (; line; await next()) {
        if (line.number <= last) continue;
        judge(line, 'truncated', 'stands in the file and is not in the database: the end was cut off');
      }
    },
  };
}
