import type { Request } from 'restify';
import { z } from 'zod';
import { badValue, noSuchPath } from './door-refusal.ts';

/** Seconds. Azure's own: 3 minutes, at most 10. */
const USUAL_WAIT = 180;
const LONGEST_WAIT = 600;

const body = z.object({
  query: z.string(),
  timespan: z.string().optional(),
  workspaces: z.array(z.string()).optional(),
});
export type GivenQuery = z.infer<typeof body>;

export interface QueryPath {
  what: 'query' | 'search';
  workspace: string;
  resource: string | undefined;
}

/** What a path asks for. */
export type LogPath = QueryPath | { what: 'metadata'; workspace: string };

/** Throws a 404 for a path that there is not. */
export function readPath(pathname: string, method: string): LogPath {
  const ofWorkspace = /^\/v1\/workspaces\/([^/]+)\/(query|search|metadata)$/.exec(pathname);
  if (ofWorkspace) {
    const [, workspace = '', what] = ofWorkspace;
    if (what === 'metadata') return { what, workspace: decodeURIComponent(workspace) };
    if (what === 'search' && method !== 'POST') throw noSuchPath();
    return {
      what: what === 'search' ? 'search' : 'query',
      workspace: decodeURIComponent(workspace),
      resource: undefined,
    };
  }
  const ofResource = /^\/v1(\/subscriptions\/.+)\/query$/i.exec(pathname);
  if (ofResource) return { what: 'query', workspace: '', resource: decodeURIComponent(ofResource[1] ?? '') };
  throw noSuchPath();
}

export function readQuery(request: Request, url: URL): GivenQuery {
  const fromUrl = Object.fromEntries(url.searchParams);
  const given = body.safeParse(request.method === 'GET' ? fromUrl : { ...fromUrl, ...request.body });
  if (given.success) return given.data;
  throw badValue('MissingQuery', z.prettifyError(given.error));
}

/** What the header `Prefer` wishes. */
export interface Preferences {
  wait: number;
  withStatistics: boolean;
  withRender: boolean;
}

export function preferences(request: Request): Preferences {
  const header = String(request.headers.prefer ?? '');
  const says = (name: string) => new RegExp(`\\b${name}(=true)?\\b(?!=)`, 'i').test(header);
  const wait = Number(/\bwait=(\d+)/i.exec(header)?.[1] ?? USUAL_WAIT);
  return {
    wait: Math.min(Math.max(1, wait), LONGEST_WAIT),
    withStatistics: says('include-statistics'),
    withRender: says('include-render'),
  };
}
