import { clean } from '../channels/clean.ts';
import type { Curtain } from '../channels/clearance.ts';
import type { ReplyView } from '../channels/views.ts';
import { incidentName } from '../incident/incident.ts';
import { eventInWords } from '../incident/story.ts';
import { readLastCheckpoint } from '../store/checkpoints.ts';
import type { Db } from '../store/database.ts';
import { readNewestEvents, toEvent } from '../store/history.ts';
import { readNewestRecords, type StoredRecord } from '../store/record.ts';

/** Lines; more would not fit a phone. */
const listed = 10;

/**
 * The newest lines of an incident's history, newest first, as much as whoever asks is shown. Whether they may see it is
 * asked before.
 */
export async function showHistory(db: Db, incident: number, show: Curtain): Promise<ReplyView> {
  const events = await readNewestEvents(db, incident, listed);
  return {
    kind: 'lines',
    title: `History of ${incidentName(incident)}. ${await lastCheckpoint(db)}`,
    rows: events.map((event) => ({
      lead: `version ${event.version} · ${minute(event.at)}`,
      text: show(eventInWords(toEvent(event), event.version), 200),
    })),
  };
}

/** The newest lines of what is on record beside incidents, newest first. */
export async function showRecord(db: Db): Promise<ReplyView> {
  const records = await readNewestRecords(db, listed);
  if (records.length === 0) {
    return { kind: 'text', text: `Nothing is on record yet. ${await lastCheckpoint(db)}` };
  }
  return {
    kind: 'lines',
    title: `The record. ${await lastCheckpoint(db)}`,
    rows: records.map((record) => ({
      lead: `record ${record.number} · ${minute(record.at)}`,
      text: clean(recordInWords(record), 200),
    })),
  };
}

async function lastCheckpoint(db: Db): Promise<string> {
  const last = await readLastCheckpoint(db);
  return last ? `Last checkpoint: ${last.number}, ${minute(last.at)}` : 'There is no checkpoint yet.';
}

function minute(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

function recordInWords({ type, actor, incident, data }: StoredRecord): string {
  const about = ['deed', 'edge', 'reason', 'count', 'how', 'name', 'version']
    .filter((name) => typeof data[name] === 'string' || typeof data[name] === 'number')
    .map((name) => `${name} ${data[name]}`);
  const where = incident === null ? [] : [incidentName(incident)];
  return [type.replaceAll('-', ' '), actor.name || actor.id, ...where, ...about].join(' · ');
}
