import type { Instant, Severity, Status } from '../incident/alert.ts';

/** Who did it or tried to, beside the events of incidents: a chat user before they are recognised, the person after. */
export interface RecordActor {
  kind: 'person' | 'chat-user' | 'sender' | 'bot';
  id: string;
  name: string;
}

/** One thing on record, as it leaves: an event of an incident, or what stands beside them. */
export interface Line {
  /** `INC-1042/7` for the seventh event of that incident, `record/17` for the seventeenth line beside incidents. */
  id: string;
  at: Instant;
  actor: { kind: string; id: string; name: string };
  type: string;
  incident: number | null;
  /** How the incident stood after it. */
  status: Status | undefined;
  severity: Severity | undefined;
  /** Whole, whatever is restricted or masked elsewhere: it is the record. */
  data: Record<string, unknown>;
  hash: string;
}

/** A form in which the record leaves. */
export interface Format {
  contentType: string;
  /** Before the first line of a file or a request; empty where there is none. */
  header: string;
  /** Ends with a line break. */
  draw(line: Line): string;
}

/** As it is, one JSON object a line. */
export const jsonLines: Format = {
  contentType: 'application/x-ndjson',
  header: '',
  draw: (line) => `${JSON.stringify(line)}\n`,
};
