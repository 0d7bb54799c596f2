import type { Server } from 'restify';
import { createCredential } from './azure/credential.ts';
import { graphScopeOf } from './azure/graph.ts';
import { createRest, type Rest } from './azure/rest.ts';
import type { Config, KeyedSide } from './config.ts';
import { mountOnCallCalendar } from './edge/on-call-calendar.ts';
import type { Refusals } from './edge/refusals.ts';
import { calendarKey, giveCalendar } from './flow/on-call/calendar.ts';
import { openOnCall } from './flow/on-call/on-call.ts';
import type { Watchfloor } from './flow/watchfloor.ts';
import type { People } from './people/people.ts';
import type { ScheduleSource } from './people/rota-settings.ts';
import { createCalendarFile } from './schedules/calendar-file.ts';
import { createOpsgenie } from './schedules/opsgenie.ts';
import { createPagerDuty } from './schedules/pager-duty.ts';
import type { Schedule } from './schedules/schedule.ts';
import { createTeamsShifts } from './schedules/teams-shifts.ts';

/** Who is on call, by the settings and by whoever keeps schedules elsewhere. Nobody is where no rota is set up. */
export function openRotas(
  floor: Watchfloor,
  people: People,
  config: Config,
  server: Server,
  refusals: Refusals,
): void {
  const { onCall: policy } = config.file;
  if (policy.rotas.length === 0) return;
  const schedules = policy.schedules.flatMap((source) => openSchedule(floor, config, source) ?? []);
  floor.rotas = { policy, schedules };
  floor.onCall = openOnCall(floor, people);
  const { tokenKey, publicUrl } = config;
  if (!tokenKey || !publicUrl) return;
  floor.rotas.addressOf = (calendar, personId) => {
    const query = new URLSearchParams({
      for: personId,
      key: calendarKey(tokenKey.open()[0], calendar, personId),
    });
    return `${publicUrl}/on-call/${calendar}.ics?${query}`;
  };
  mountOnCallCalendar(server, {
    give: (request) => giveCalendar(floor, people, tokenKey.open(), request),
    refusals,
  });
}

function openSchedule(floor: Watchfloor, config: Config, source: ScheduleSource): Schedule | undefined {
  const { callFarSide } = floor.telemetry;
  const { key } = source;
  const reach = (side: KeyedSide | undefined, variable: string) => {
    if (side) return { url: side.endpoint, key: () => side.key.open()[0], callFarSide };
    floor.log.warn({ schedule: key, cure: `Set ${variable}: docs/on-call.md.` }, 'schedule cannot be read');
    return undefined;
  };
  switch (source.kind) {
    case 'calendar':
      return createCalendarFile(source, key);
    case 'teams-shifts':
      return createTeamsShifts(source, key, graphOf(floor, config));
    case 'pagerduty': {
      const side = reach(config.schedules.pagerDuty, 'PAGERDUTY_TOKEN');
      return side && createPagerDuty(source.schedule, key, side);
    }
    case 'opsgenie': {
      const side = reach(config.schedules.opsgenie, 'OPSGENIE_KEY');
      return side && createOpsgenie(source, key, side);
    }
  }
}

function graphOf({ telemetry }: Watchfloor, { azure }: Config): Rest {
  return createRest({
    endpoint: azure.graph,
    scope: graphScopeOf(azure.graph),
    credential: createCredential(azure),
    callFarSide: telemetry.callFarSide,
  });
}
