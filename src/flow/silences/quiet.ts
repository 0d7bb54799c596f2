import type { Alert } from '../../incident/alert.ts';
import type { Incident } from '../../incident/incident.ts';
import { inhibitedBy, rulesFor } from '../../incident/inhibit.ts';
import { type Silence, silencedAs, silencedBy, silencedWhole } from '../../incident/silence.ts';
import type { Silenced } from '../../incident/silenced.ts';
import { openAt } from '../../incident/window.ts';
import { openParents } from '../../store/silenced-incidents.ts';
import { activeSilences, insertSilence, knowsOccasion, nextSilenceNumber } from '../../store/silences.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** What keeps incidents quiet just now. */
export interface Quiet {
  silences: Silence[];
  /** Open incidents that may explain others, beside those that the draft has. */
  parents: Incident[];
}

/** What may concern these alerts. */
export async function readQuiet(floor: Watchfloor, alerts: Alert[]): Promise<Quiet> {
  if (alerts.length === 0) return { silences: [], parents: [] };
  await openWindows(floor);
  const rules = floor.quiet.policy.inhibit.filter((rule) =>
    alerts.some((alert) => rulesFor([rule], alert).length > 0),
  );
  const [silences, parents] = await Promise.all([
    activeSilences(floor.db, floor.now().toISOString()),
    openParents(
      floor.db,
      rules.map(({ parent }) => parent),
    ),
  ]);
  return { silences, parents };
}

/** What keeps a new alert quiet by itself; `undefined` where it is to be shown. */
export function hush(
  floor: Watchfloor,
  { silences, parents }: Quiet,
  alert: Alert,
  alsoOpen: Incident[] = [],
): Silenced | undefined {
  const silence = silencedBy(silences, alert);
  if (silence) return silencedAs(silence);
  return inhibitedBy(floor.quiet.policy.inhibit, alert, [...parents, ...alsoOpen], floor.now().toISOString());
}

/** What keeps an incident quiet as it is by now. */
export function hushWhole(
  floor: Watchfloor,
  { silences, parents }: Quiet,
  incident: Incident,
): Silenced | undefined {
  const silence = silencedWhole(silences, incident);
  if (silence) return silencedAs(silence);
  const { alerts, severity } = incident;
  const others = parents.filter(({ id }) => id !== incident.id);
  const now = floor.now().toISOString();
  const explained = alerts.map((alert) =>
    inhibitedBy(floor.quiet.policy.inhibit, { ...alert, severity }, others, now),
  );
  return explained.every((by) => by !== undefined) ? explained[0] : undefined;
}

/** Each night of a maintenance window is a silence of its own, which can be seen and ended; the first to look makes it. */
export async function openWindows(floor: Watchfloor): Promise<void> {
  const { policy, occasions } = floor.quiet;
  for (const window of policy.windows) {
    const open = openAt(window, floor.now().toISOString());
    const occasion = open && `${window.name} ${open.from}`;
    if (!occasion || occasions.has(occasion)) continue;
    if (!(await knowsOccasion(floor.db, occasion))) {
      const silence: Silence = {
        ...open,
        number: await nextSilenceNumber(floor.db),
        matcher: window.match,
        reason: `maintenance window ${window.name}`,
        owner: undefined,
        window: window.name,
        about: undefined,
      };
      await insertSilence(floor.db, silence, occasion);
      floor.log.info({ window: window.name, until: open.until }, 'maintenance window is open');
    }
    occasions.add(occasion);
  }
}
