import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import type { CallFarSide } from '../telemetry.ts';
import { teachManners } from './pipeline.ts';

/** Microsoft Graph, as far as people go. Every call throws `FarSideError`. */
export interface Graph {
  /** By object id or user principal name; `undefined` where there is no such user. */
  user(id: string): Promise<DirectoryUser | undefined>;
  /** Every user whose principal name or mail address this is. */
  withAddress(address: string): Promise<DirectoryUser[]>;
  /** Every user in a group, also through groups within it. */
  members(groupId: string): Promise<DirectoryUser[]>;
  /** Whom this user reports to. */
  managerOf(id: string): Promise<DirectoryUser | undefined>;
}

/** An account in the directory. Names and addresses are as the directory has them: untrusted text. */
export interface DirectoryUser {
  /** Object id. */
  id: string;
  name: string;
  upn: string;
  /** Empty where there is none. */
  mail: string;
  guest: boolean;
  enabled: boolean;
}

export interface GraphOptions {
  /** `https://graph.microsoft.com`, that of a sovereign cloud, or of a stand-in. No call leaves for any other origin. */
  endpoint: string;
  credential: TokenCredential;
  /** Milliseconds for one attempt; 10,000 when absent. */
  timeout?: number | undefined;
  callFarSide?: CallFarSide | undefined;
}

const fields = '$select=id,displayName,userPrincipalName,mail,userType,accountEnabled';
/** The most that Graph gives in one page. */
const pageSize = 999;

export function createGraph(options: GraphOptions): Graph {
  const { endpoint, credential } = options;
  const client = createDefaultHttpClient();
  const pipeline = createPipelineFromOptions({ userAgentOptions: { userAgentPrefix: 'watchfloor' } });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: graphScopeOf(endpoint) }));
  teachManners(pipeline, options);

  async function get(path: string, headers: Record<string, string> = {}): Promise<unknown> {
    const request = createPipelineRequest({
      url: new URL(path, endpoint).href,
      headers: createHttpHeaders({ accept: 'application/json', ...headers }),
    });
    return parse((await pipeline.sendRequest(client, request)).bodyAsText ?? '');
  }

  async function userAt(path: string): Promise<DirectoryUser | undefined> {
    try {
      return toUser(read(userShape, await get(`${path}?${fields}`)));
    } catch (error) {
      if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
      throw error;
    }
  }

  /** The users of every page, from this path on. */
  async function usersOf(path: string, headers: Record<string, string> = {}): Promise<DirectoryUser[]> {
    const users: DirectoryUser[] = [];
    const seen = new Set<string>();
    for (let next: string | undefined = path; next && !seen.has(next); ) {
      seen.add(next);
      const page: z.infer<typeof pageShape> = read(pageShape, await get(next, headers));
      users.push(...page.value.map(toUser));
      next = page['@odata.nextLink'];
    }
    return users;
  }

  return {
    user: (id) => userAt(`/v1.0/users/${encodeURIComponent(id)}`),
    managerOf: (id) => userAt(`/v1.0/users/${encodeURIComponent(id)}/manager`),

    withAddress(address) {
      const quoted = `'${address.replaceAll("'", "''")}'`;
      const filter = encodeURIComponent(`userPrincipalName eq ${quoted} or mail eq ${quoted}`);
      return usersOf(`/v1.0/users?${fields}&$filter=${filter}`);
    },

    members(groupId) {
      const group = `/v1.0/groups/${encodeURIComponent(groupId)}/transitiveMembers/microsoft.graph.user`;
      // Without header and count Graph refuses to give users alone. The index they read is seconds behind.
      const headers = { ConsistencyLevel: 'eventual' };
      return usersOf(`${group}?${fields}&$count=true&$top=${pageSize}`, headers);
    },
  };
}

/** https://learn.microsoft.com/graph/deployments */
const sovereign = ['graph.microsoft.us', 'dod-graph.microsoft.us', 'microsoftgraph.chinacloudapi.cn'];

/** Sovereign clouds have their own audience; everything else, stand-ins too, that of the public cloud. */
export function graphScopeOf(endpoint: string): string {
  const { hostname } = new URL(endpoint);
  return `https://${sovereign.includes(hostname) ? hostname : 'graph.microsoft.com'}/.default`;
}

/** Without User.Read.All Graph answers with 200 and every field but the id null: nobody is vouched for by that. */
const userShape = z.object({
  id: z.string().min(1),
  displayName: z.string().nullish(),
  userPrincipalName: z.string().min(1),
  mail: z.string().nullish(),
  userType: z.string().nullish(),
  accountEnabled: z.boolean(),
});
const pageShape = z.object({ value: z.array(userShape), '@odata.nextLink': z.string().optional() });

function toUser(user: z.infer<typeof userShape>): DirectoryUser {
  const { id, displayName, userPrincipalName, mail, userType, accountEnabled } = user;
  return {
    id,
    name: displayName || userPrincipalName,
    upn: userPrincipalName,
    mail: mail ?? '',
    // Accounts made before 2014 have no type and are members. Those of another organisation that are synchronised
    // here are called members too; their name tells that they are not at home.
    guest: (userType ?? 'Member') !== 'Member' || /#EXT#@/i.test(userPrincipalName),
    enabled: accountEnabled,
  };
}

function read<Shape>(shape: z.ZodType<Shape>, answer: unknown): Shape {
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  const lacking = parsed.error.issues.map(({ path }) => path.join('.')).slice(0, 3);
  throw new FarSideError(
    'azure',
    'rejected',
    `Graph answered without ${lacking.join(', ') || 'a list'}. Does the application have User.Read.All and GroupMember.Read.All?`,
  );
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new FarSideError('azure', 'unavailable', 'Graph answered with something that is not JSON.', {
      cause,
    });
  }
}
