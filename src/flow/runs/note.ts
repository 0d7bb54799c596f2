import { bound, clean } from '../../channels/clean.ts';
import { durationInWords } from '../../channels/run-words.ts';
import { incidentName } from '../../incident/incident.ts';
import { type Run, runName } from '../../incident/run.ts';

/** What exactly is asked for, for the timeline: target, parameters, time, reason. */
export function exactly({ order, play, reason }: Run): string {
  const parameters = Object.entries(order.parameters).flatMap(([name, value]) =>
    value ? [`${name} ${value}`] : [],
  );
  const lasts = play.reverse && order.minutes !== undefined ? [`for ${durationInWords(order.minutes)}`] : [];
  const said = [...parameters, ...lasts].join(', ');
  return clean(
    [play.effect, said && `(${said})`, reason && `Reason: ${reason}`].filter(Boolean).join(' '),
    600,
  );
}

/** For Azure's own records: who stands behind it, and where to read on. */
export function noteFor(run: Run): string {
  const asked = run.requestedBy.kind === 'rule' ? `rule ${run.requestedBy.name}` : run.requestedBy.name;
  const approved = run.approvals.map(({ by }) => by.name).join(', ');
  const how = run.breakGlass
    ? `, WITHOUT APPROVAL by ${run.breakGlass.by.name}`
    : approved && `, approved by ${approved}`;
  const why = run.breakGlass?.reason || run.reason;
  const who = `Watchfloor ${runName(run.number)} (${incidentName(run.incident)}) for ${asked}${how}`;
  return bound(clean(`${who}${why ? `: ${why}` : ''}`, 250), 250);
}
