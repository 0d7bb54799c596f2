import { accountLooks, accountNames } from './looks/account.ts';
import { fileLooks, fileNames } from './looks/file.ts';
import { hostLooks, hostNames } from './looks/host.ts';
import { ipLooks, ipNames } from './looks/ip.ts';
import type { Look, Names } from './looks/look.ts';
import { resourceLooks, resourceNames } from './looks/resource.ts';
import { urlLooks, urlNames } from './looks/url.ts';
import type { QueryPlan, Scope } from './plan.ts';
import { type EntityKind, readEntity } from './read-entity.ts';
import type { Span } from './span.ts';

/** What we look at for each kind, the most telling first; at most eight, which is what a message holds. */
export const looks: Record<EntityKind, { looks: Look[]; names: (name: string) => Names }> = {
  account: { looks: accountLooks, names: accountNames },
  host: { looks: hostLooks, names: hostNames },
  ip: { looks: ipLooks, names: ipNames },
  file: { looks: fileLooks, names: fileNames },
  url: { looks: urlLooks, names: urlNames },
  resource: { looks: resourceLooks, names: resourceNames },
};

/** `verb` is the command's word: `user` for an account. Throws `Refused` where the name is none of the kind. */
export function planLooks(
  asked: { kind: EntityKind; verb: string; name: string },
  context: { span: Span; scope: Scope; isPrivate: boolean },
): QueryPlan {
  const name = readEntity(asked.kind, asked.name);
  const { looks: all, names } = looks[asked.kind];
  const said = names(name);
  return {
    kind: 'entity',
    title: bound(`${asked.verb} ${name}`, 120),
    parts: all.map((look) => ({
      title: look.title,
      text: toText(look, said, `| ${look.glance}`),
      more: toText(look, said, `| project ${look.columns}\n| sort by TimeGenerated desc`),
      needs: look.needs,
    })),
    ...context,
    isReviewed: true,
    about: { kind: asked.kind, name },
  };
}

/** Only what the look says is named before it, so that nobody wonders about the others. */
function toText({ rows }: Look, names: Names, end: string): string {
  const body = `${rows}\n${end}`;
  const used = Object.entries(names).filter(([name]) => new RegExp(`\\b${name}\\b`).test(body));
  return [...used.map(([name, literal]) => `let ${name} = ${literal};`), body].join('\n');
}

function bound(text: string, limit: number): string {
  const points = Array.from(text);
  return points.length <= limit ? text : `${points.slice(0, limit - 1).join('')}…`;
}
