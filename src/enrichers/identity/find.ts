import type { Account, ServicePrincipal } from '../../azure/graph-accounts.ts';
import type { GraphIdentity } from '../../azure/graph-identity.ts';
import type { Subject } from '../../incident/enrichment.ts';

/** How an alert names an account; what it leaves out is empty. */
export interface Asked {
  oid: string;
  upn: string;
  /** `CONTOSO` and `svc-backup` of `CONTOSO\svc-backup`, asked where nothing else is known. */
  domain: string;
  name: string;
}

export type Found =
  | { kind: 'user'; account: Account }
  | { kind: 'service principal'; account: ServicePrincipal }
  | { kind: 'lacking'; why: string };

/** Accounts of a machine, which no directory knows. */
const ofMachine =
  /^(nt authority|nt service|builtin|iis apppool|window manager|font driver host|workgroup|\.)$/i;

/**
 * What Entra ID can be asked for. A bare name is not: `root` and `administrator` are on every machine, and whoever has
 * the name in the directory need not be meant.
 */
export function accountAsked(subject: Subject): Asked | undefined {
  if (subject.kind !== 'account') return undefined;
  const { oid } = subject;
  const [, domain = '', name = ''] = /^([^\\@]+)\\([^\\]+)$/.exec(subject.name) ?? [];
  const upn = subject.upn || (subject.name.includes('@') ? subject.name : '');
  const isKnown = oid || upn || (domain && !ofMachine.test(domain) && !name.endsWith('$'));
  return isKnown ? { oid, upn, domain, name } : undefined;
}

export async function findAccount(
  graph: GraphIdentity,
  { oid, upn, domain, name }: Asked,
  signal: AbortSignal,
): Promise<Found | undefined> {
  for (const id of [oid, upn].filter(Boolean)) {
    const account = await graph.user(id, signal);
    if (account) return { kind: 'user', account };
  }
  if (oid) {
    const answer = await graph.servicePrincipal(oid, signal);
    if ('lacking' in answer)
      return { kind: 'lacking', why: `no user; service principals: ${answer.lacking}` };
    return answer.told && { kind: 'service principal', account: answer.told };
  }
  if (upn) return undefined;
  const account = await graph.userOnPremises(domain, name, signal);
  return account && { kind: 'user', account };
}
