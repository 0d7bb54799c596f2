import { type GraphRow, rowOf } from '../resource-graph/row.ts';
import { nic, securityGroup } from './resource-bodies.ts';
import type { NetworkState } from './state.ts';

/** What was changed of groups and interfaces, as Resource Graph tells it. */
export function changedRows({ groups, nics, touched }: NetworkState): GraphRow[] {
  const shown = [
    ...[...groups.values()]
      .filter((each) => touched.has(each))
      .map((each) => securityGroup(each, nics.values())),
    ...[...nics.values()].filter((each) => touched.has(each)).map(nic),
  ];
  return shown.map(({ id, properties, ...more }) =>
    rowOf('resources', id, { properties, ...('tags' in more ? { tags: more.tags } : {}) }),
  );
}
