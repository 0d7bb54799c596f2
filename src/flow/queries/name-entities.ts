import type { Entity } from '../../incident/alert.ts';
import type { Cell, LogColumn } from '../../kql/logs.ts';

/** Names of columns that hold people, as Microsoft's tables call them. */
const people =
  /(account|user|upn|principalname|identity|actor|caller|sender|recipient|mailbox|initiatedby|displayname|givenname|surname|owner|manager)/i;
/** … but name none of them. */
const others = /(type|kind|id|sid|count|risk|agent|domain|state|status|level|puid|claims|app)s?$/i;
const machines =
  /^(computer|host|hostname|device|devicename|machine|machinename|workstation|workstationname|srchostname|dsthostname)$/i;

/** Whom and what the rows name by their columns, so that a room where people are masked is not told of them. */
export function entitiesIn(columns: LogColumn[], rows: Cell[][]): Entity[] {
  const found = new Map<string, Entity>();
  for (const [index, { name }] of columns.entries()) {
    const isPerson = people.test(name) && !others.test(name);
    if (!isPerson && !machines.test(name)) continue;
    for (const row of rows) {
      const cell = row[index];
      if (typeof cell !== 'string' || cell.trim() === '') continue;
      for (const entity of isPerson ? peopleNamed(cell) : [machineNamed(cell)])
        found.set(`${entity.kind} ${entity.name}`, entity);
    }
  }
  return [...found.values()];
}

/** `CONTOSO\\adam` is `adam` elsewhere. */
function peopleNamed(cell: string): (Entity & { kind: 'account' })[] {
  const bare = cell.slice(cell.lastIndexOf('\\') + 1);
  return [...new Set([cell, bare])].map((name) => {
    return { kind: 'account', name, upn: name.includes('@') ? name : '', oid: '' };
  });
}

function machineNamed(name: string): Entity & { kind: 'host' } {
  return { kind: 'host', name, resourceId: '' };
}
