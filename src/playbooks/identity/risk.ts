import { z } from 'zod';
import { orNone } from '../../azure/graph-lacking.ts';
import { read, text } from '../../azure/graph-read.ts';
import { createPace, type Pace } from '../../azure/pace.ts';
import type { Writer } from '../../azure/writer.ts';
import { unlessRefused } from './refusals.ts';

/** What Identity Protection holds against a user, in Microsoft's words: `high` and `atRisk`. */
export interface Risk {
  level: string;
  state: string;
}

const permission = 'IdentityRiskyUser.ReadWrite.All';

/**
 * Microsoft takes one call a second, of all applications of a tenant, and does not say how long to wait after it.
 * https://learn.microsoft.com/graph/throttling-limits#identity-protection-and-conditional-access-service-limits
 */
export const oneASecond = (): Pace => createPace({ calls: 1, ms: 1_000 });

/** `undefined` where the user was never at risk. */
export async function riskOf(graph: Writer, pace: Pace, id: string, signal: AbortSignal) {
  await pace(signal);
  const path = `/v1.0/identityProtection/riskyUsers/${id}`;
  return unlessRefused(orNone(graph.get(path, { signal }).then((answer): Risk => read(risk, answer))), {
    permission,
  });
}

/** What we make of it counts for every policy that looks at users' risk. */
export async function judge(
  graph: Writer,
  pace: Pace,
  as: 'confirmCompromised' | 'dismiss',
  of: { id: string; upn: string },
  signal: AbortSignal,
): Promise<void> {
  await pace(signal);
  const work = graph.write(
    'POST',
    `/v1.0/identityProtection/riskyUsers/${as}`,
    { userIds: [of.id] },
    { signal },
  );
  await unlessRefused(work, { permission, of });
}

/** Neither remedied nor dismissed. */
export const isAtRisk = (risk: Risk | undefined): risk is Risk =>
  risk?.state === 'atRisk' || risk?.state === 'confirmedCompromised';

export const isCompromised = (risk: Risk | undefined): boolean => risk?.state === 'confirmedCompromised';

/** `high, at risk`. */
export function riskInWords(risk: Risk | undefined): string {
  if (!risk) return 'none';
  const state = risk.state.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return [risk.level, state !== risk.level && state].filter(Boolean).join(', ') || 'none';
}

const risk = z
  .object({ riskLevel: text, riskState: text })
  .transform(({ riskLevel, riskState }) => ({ level: riskLevel, state: riskState }));
