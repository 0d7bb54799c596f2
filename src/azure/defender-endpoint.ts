import { isIP } from 'node:net';
import type { TokenCredential } from '@azure/core-auth';
import type { z } from 'zod';
import { FarSideError } from '../errors.ts';
import type { CallFarSide } from '../telemetry.ts';
import * as shapes from './defender-endpoint-shapes.ts';
import { createRest, type Rest } from './rest.ts';

/**
 * Defender for Endpoint, as far as it is read. All texts are as it has them: untrusted. Times are ISO 8601 in UTC, empty
 * where it gives none. Every call throws `FarSideError`; where there is nothing of the kind, the answer is empty.
 */
export interface DefenderEndpoint {
  /** Machines of this name, with or without its domain: one that was set up anew is there twice. */
  machinesNamed(name: string, signal?: AbortSignal): Promise<DefenderMachine[]>;
  /** Machines whose own address this was when they last reported. */
  machinesAt(address: string, signal?: AbortSignal): Promise<DefenderMachine[]>;
  /** Who signed in within the retention period. */
  logons(machineId: string, signal?: AbortSignal): Promise<DefenderLogon[]>;
  vulnerabilities(machineId: string, signal?: AbortSignal): Promise<DefenderVulnerability[]>;
  /** The newest 50 things that were done to it through Defender: isolated, scanned, released. */
  actions(machineId: string, signal?: AbortSignal): Promise<DefenderAction[]>;
  /** All of these types that were ever done to it, newest first. */
  actionsOfType(machineId: string, types: readonly string[], signal?: AbortSignal): Promise<DefenderAction[]>;
  action(id: string, signal?: AbortSignal): Promise<DefenderAction | undefined>;
  file(sha256: string, signal?: AbortSignal): Promise<DefenderFile | undefined>;
  /** Where the file was seen in this organisation in the last 30 days. */
  fileHere(sha256: string, signal?: AbortSignal): Promise<DefenderFileHere | undefined>;
}

export type DefenderMachine = z.infer<typeof shapes.machine>;
export type DefenderLogon = z.infer<typeof shapes.logon>;
export type DefenderVulnerability = z.infer<typeof shapes.vulnerability>;
export type DefenderAction = z.infer<typeof shapes.action>;
export type DefenderFile = z.infer<typeof shapes.file>;
export type DefenderFileHere = z.infer<typeof shapes.fileHere>;

export interface DefenderEndpointOptions {
  /** `https://api.security.microsoft.com`, that of a region or a sovereign cloud, or of a stand-in. */
  endpoint: string;
  credential: TokenCredential;
  /** Milliseconds for one attempt; 10,000 when absent. */
  timeout?: number | undefined;
  callFarSide?: CallFarSide | undefined;
}

/** A server that nobody patches has thousands of vulnerabilities, each with a paragraph, in one answer without pages. */
const most = 16 * 1024 * 1024;

export function createDefenderEndpoint(options: DefenderEndpointOptions): DefenderEndpoint {
  return readDefenderEndpoint(
    createRest({ ...options, scope: defenderEndpointScopeOf(options.endpoint), most }),
  );
}

/** The same over calls that are there already. */
export function readDefenderEndpoint(rest: Pick<Rest, 'get'>): DefenderEndpoint {
  async function get(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    try {
      return await rest.get(path, { signal });
    } catch (error) {
      // It answers with 404 to a list that would be empty, too.
      if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
      throw error;
    }
  }

  const list = async <Entry>(shape: z.ZodType<Entry>, path: string, signal: AbortSignal | undefined) =>
    shapes.readList(shape, await get(path, signal));
  const one = async <Entry>(shape: z.ZodType<Entry>, path: string, signal: AbortSignal | undefined) =>
    shapes.readOne(shape, await get(path, signal));
  const of = (machineId: string) => `/api/machines/${encodeURIComponent(machineId)}`;
  const fileAt = (sha256: string) => `/api/files/${encodeURIComponent(sha256)}`;

  return {
    machinesNamed: (name, signal) => list(shapes.machine, machinesWhere(isNamed(name)), signal),
    machinesAt: (address, signal) =>
      list(shapes.machine, machinesWhere(`lastIpAddress eq ${quoted(address)}`), signal),
    logons: (id, signal) => list(shapes.logon, `${of(id)}/logonusers`, signal),
    vulnerabilities: (id, signal) => list(shapes.vulnerability, `${of(id)}/vulnerabilities`, signal),
    actions: (id, signal) =>
      list(shapes.action, `/api/machineactions?${filter(`machineId eq ${quoted(id)}`)}&$top=50`, signal),
    async actionsOfType(id, types, signal) {
      const wanted = types.map((type) => `machineId eq ${quoted(id)} and type eq ${quoted(type)}`);
      const path = `/api/machineactions?${filter(wanted.join(' or '))}`;
      // It is not said in which order they come, and there is no way to wish for one.
      return (await list(shapes.action, path, signal)).toSorted((a, b) =>
        b.creationDateTimeUtc.localeCompare(a.creationDateTimeUtc),
      );
    },
    action: (id, signal) => one(shapes.action, `/api/machineactions/${encodeURIComponent(id)}`, signal),
    file: (sha256, signal) => one(shapes.file, fileAt(sha256), signal),
    fileHere: (sha256, signal) => one(shapes.fileHere, `${fileAt(sha256)}/stats`, signal),
  };
}

/** What a call answers that does something to a machine. */
export const readAction = (answer: unknown): DefenderAction => shapes.read(shapes.action, answer);

/**
 * The audience is still named as the API was before it moved; sovereign clouds have one of their own each.
 * https://learn.microsoft.com/defender-endpoint/api/exposed-apis-create-app-webapp,
 * https://learn.microsoft.com/defender-endpoint/gov
 */
export function defenderEndpointScopeOf(endpoint: string): string {
  const { hostname } = new URL(endpoint);
  return `https://${sovereign.has(hostname) ? hostname : 'api.securitycenter.microsoft.com'}/.default`;
}

/** Where its people look at what its API tells: `https://security.microsoft.com`. */
export function defenderPortalOf(endpoint: string): string {
  return sovereign.get(new URL(endpoint).hostname) ?? 'https://security.microsoft.com';
}

/** The page of a machine there. */
export function machinePageOf(portal: string, machineId: string): string {
  return `${portal}/machines/v2/${encodeURIComponent(machineId)}/overview`;
}

/** API → portal. GCC High and DoD share an API; most of those are GCC High. */
const sovereign = new Map([
  ['api-gcc.securitycenter.microsoft.us', 'https://security.microsoft.com'],
  ['api-gov.securitycenter.microsoft.us', 'https://security.microsoft.us'],
]);

/** Windows machines are known by their full names, most others by the short one, all of them in lower case. */
function isNamed(name: string): string {
  const whole = name.toLowerCase();
  const [short = whole] = isIP(whole) ? [whole] : whole.split('.');
  const own = `computerDnsName eq ${quoted(short)}`;
  if (short !== whole) return `computerDnsName eq ${quoted(whole)} or ${own}`;
  return `${own} or startswith(computerDnsName,${quoted(`${short}.`)})`;
}

/** https://learn.microsoft.com/defender-endpoint/api/exposed-apis-odata-samples */
const filter = (clause: string): string => `$filter=${encodeURIComponent(clause)}`;
const machinesWhere = (clause: string): string => `/api/machines?${filter(clause)}&$top=20`;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
