import type { Severity } from '../incident/alert.ts';
import type { Format, Line } from './line.ts';

/** ArcSight's Common Event Format, version 0, one event a line. */
export function cef(productVersion: string): Format {
  return {
    contentType: 'text/plain; charset=utf-8',
    header: '',
    draw(line) {
      const head = ['Watchfloor', 'Watchfloor', productVersion, line.type, nameOf(line), String(weigh(line))];
      const extension = Object.entries(fieldsOf(line)).map(([key, value]) => `${key}=${escapeValue(value)}`);
      return `CEF:0|${head.map(escapeHead).join('|')}|${extension.join(' ')}\n`;
    },
  };
}

function nameOf({ type, incident }: Line): string {
  return incident === null ? type : `INC-${incident} ${type}`;
}

/** Keys of the CEF dictionary; `cs` and `cn` are the custom ones, each with its label. */
function fieldsOf({ id, at, actor, type, incident, data, hash }: Line): Record<string, string> {
  return {
    rt: String(Date.parse(at)),
    externalId: id,
    act: type,
    suid: actor.id,
    suser: actor.name || actor.id,
    ...(incident !== null && { cs1Label: 'incident', cs1: `INC-${incident}` }),
    cs2Label: 'hash',
    cs2: hash,
    cs3Label: 'data',
    cs3: JSON.stringify(data),
  };
}

const weights: Record<Severity, number> = { high: 8, medium: 6, low: 4, informational: 2 };

/** 0 to 10. */
function weigh({ type, severity }: Line): number {
  switch (type) {
    case 'denied':
    case 'sign-in-failed':
      return 5;
    case 'requests-refused':
      return 6;
    default:
      return severity ? weights[severity] : 3;
  }
}

/** In the head a bar parts fields, and a line break would begin another event. */
function escapeHead(text: string): string {
  return text.replace(/[\\|]/g, '\\$&').replace(/[\r\n]+/g, ' ');
}

/** In the extension an equals sign ends a key; line breaks are written out. */
function escapeValue(text: string): string {
  return text.replace(/[\\=]/g, '\\$&').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}
