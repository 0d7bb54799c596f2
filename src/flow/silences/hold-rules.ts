import { FarSideError, isInDoubt, isRetryable } from '../../errors.ts';
import { silenceName } from '../../incident/silenced.ts';
import { sourceNames } from '../../incident/summary.ts';
import {
  claimRules,
  type DueRule,
  dropRulesOver,
  longestRulePauseSeconds,
  recordHeld,
  recordNotHeld,
} from '../../store/silence-rules.ts';
import type { Look } from '../lane.ts';
import { raise } from '../notice.ts';
import type { Watchfloor } from '../watchfloor.ts';

const leaseSeconds = 60;
const sweepMs = 2_000;
/** Then people are told, once; it goes on being tried, for a role may be given any minute. */
const triesUntilTold = 8;

/** Makes sources hold a rule for as long as a silence is on, and lets them forget it. */
export function openHoldingRules(floor: Watchfloor): Look {
  return async (room) => {
    await dropRulesOver(floor.db, floor.now().toISOString());
    const lease = { limit: room, leaseSeconds, replica: floor.replica.id };
    const found = await claimRules(floor.db, lease);
    return { tasks: found.map((due) => () => hold(floor, due)), nextMs: found.length === room ? 0 : sweepMs };
  };
}

async function hold(floor: Watchfloor, due: DueRule): Promise<void> {
  const { rule, silence, until } = due;
  try {
    const suppression = floor.sources.get(rule.source)?.suppression;
    // A source that is no longer configured holds nothing that we could reach.
    if (until) await suppression?.hold(rule.feed, { name: rule.id, silence: { ...silence, until } });
    else await suppression?.release(rule.feed, rule.id);
    await recordHeld(floor.db, rule.id, until);
    floor.log.info({ silence: silence.number, source: rule.source, until }, 'rule of a silence held');
  } catch (error) {
    if (!(error instanceof FarSideError)) throw error;
    await recover(floor, due, error);
  }
}

async function recover(
  floor: Watchfloor,
  { rule, silence, until, held, attempts }: DueRule,
  error: FarSideError,
): Promise<void> {
  const ours = Math.min(longestRulePauseSeconds, 2 ** Math.min(attempts, 9));
  const asked = Math.min(longestRulePauseSeconds, (error.retryAfter ?? 0) / 1_000);
  const pauseSeconds = isRetryable(error) ? Math.max(ours, asked) : longestRulePauseSeconds;
  await recordNotHeld(floor.db, rule.id, {
    failure: error.message,
    pauseSeconds,
    held: isInDoubt(error) ? undefined : held,
  });
  const name = silenceName(silence.number);
  floor.log.warn(
    { silence: silence.number, source: rule.source, reason: error.reason },
    'rule of a silence not held',
  );
  const isFirst = isRetryable(error) ? attempts + 1 === triesUntilTold : attempts === 0;
  if (!isFirst) return;
  await raise(floor, {
    type: 'job-given-up',
    title: `${sourceNames[rule.source]} ${until ? 'does not hold' : 'may hold still'} ${name}`,
    description: `${error.message} It is tried again every quarter of an hour. ${until ? 'Here it is silenced all the same.' : 'It is over here.'}`,
    target: `${rule.source} ${error.reason}`,
  });
}
