import type { Writer } from '../../../src/azure/writer.ts';
import type { Subject } from '../../../src/incident/enrichment.ts';
import type { Playbook } from '../../../src/playbooks/playbook.ts';
import { nina } from '../../../src/sandbox/logs/samples/estate.ts';
import { findPerson, principalNameOf } from '../../../src/sandbox/people.ts';
import {
  type GraphStandIn,
  permissions,
  type StandInOptions,
  startGraph,
  writePermissions,
} from '../../azure/graph-stand-in.ts';
import type { PlayStage } from '../../contracts/playbook.ts';

export interface IdentityStage extends PlayStage {
  standIn: GraphStandIn;
}

export const everything = [...permissions, ...writePermissions];
export const without = (...missing: string[]) => everything.filter((one) => !missing.includes(one));

export const account = (upn: string, oid = ''): Subject => ({ kind: 'account', name: '', upn, oid });
export const ninaBerg = account(nina.upn, nina.oid);
export const guest = account(principalNameOf(findPerson('guest')));

/** One call a second is Microsoft's limit; the stand-in takes any number. */
export const atOnce = async () => {};

export async function openStage(
  create: (hands: { graph: Writer }) => Playbook,
  { target = ninaBerg, ...options }: StandInOptions & { target?: Subject } = {},
): Promise<IdentityStage> {
  const standIn = await startGraph({ granted: everything, ...options });
  const id = encodeURIComponent(target.kind === 'account' ? target.oid || target.upn : '');
  return {
    standIn,
    play: create({ graph: standIn.writer }),
    target,
    farSide: { state: () => stateOf(standIn, id), effects: standIn.changes },
    refusals: refusedOfAll,
    stop: standIn.stop,
  };
}

/** The account as Graph tells of it to anybody who reads. */
async function stateOf(standIn: GraphStandIn, id: string): Promise<object> {
  const headers = { authorization: `Bearer ${await standIn.token()}` };
  const read = async (path: string) =>
    (await fetch(`${standIn.origin}/v1.0/${path}`, { headers })).json() as Promise<Record<string, unknown>>;
  const fields = 'id,accountEnabled,passwordProfile,signInSessionsValidFromDateTime';
  const { accountEnabled, passwordProfile, signInSessionsValidFromDateTime } = await read(
    `users/${id}?$select=${fields}`,
  );
  const { riskLevel, riskState } = await read(`identityProtection/riskyUsers/${id}`);
  return { accountEnabled, passwordProfile, signInSessionsValidFromDateTime, riskLevel, riskState };
}

/** What every change of an account is refused for. */
const refusedOfAll: PlayStage['refusals'] = [
  {
    when: 'the account is known by a bare name',
    arrange: (stage) => {
      stage.target = { kind: 'account', name: 'root', upn: '', oid: '' };
    },
    says: /root is a bare name.*by its address/,
  },
  {
    when: 'it is an application',
    arrange: (stage) => {
      stage.target = account('', '91c3e7d4-5a28-4b0f-8e66-2f7a9d1c4b05');
    },
    says: /has no user 91c3e7d4.*an application or a managed identity/,
  },
  {
    when: 'it was deleted meanwhile',
    arrange: (stage) => standInOf(stage).directory.delete({ oid: nina.oid }),
    says: /^nina\.berg@contoso\.com is no longer in the directory/,
    at: 'act',
  },
  {
    when: 'Graph is asked too often',
    arrange: (stage) => standInOf(stage).faults.set('graph', { kind: 'throttled', ms: 30_000 }),
    says: /takes no more calls at the moment.*in a minute/,
  },
];

export function standInOf(stage: PlayStage): GraphStandIn {
  if ('standIn' in stage) return (stage as IdentityStage).standIn;
  throw new Error('This stage has no stand-in of Graph.');
}

/** The sentence of whatever was thrown. */
export const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was refused',
    (error: Error) => error.message,
  );

export const context = () => ({ now: new Date(), signal: AbortSignal.timeout(20_000) });
