import fs from 'node:fs';
import { z } from 'zod';
import {
  type AttackNames,
  ownNames,
  type Tactic,
  type Technique,
  techniqueId,
} from '../../incident/attack.ts';
import { safeParse } from '../../safe-parse.ts';
import { flag, text } from '../said.ts';
import { membersOf } from './members.ts';

/** MITRE's has some 50 MB, and 700 techniques. */
const mostBytes = 256 * 1024 * 1024;
/** One object, the collection, lists all the others: some 4 MB. */
const longestObject = 32 * 1024 * 1024;
const most = { techniques: 5_000, tactics: 100 };

const shape = z.object({
  type: z.enum(['attack-pattern', 'x-mitre-tactic']),
  name: text(120),
  revoked: flag,
  x_mitre_deprecated: flag,
  external_references: z.array(z.object({ source_name: z.string(), external_id: text(20) })).catch([]),
  kill_chain_phases: z.array(z.object({ phase_name: text(60) })).catch([]),
  x_mitre_shortname: text(60),
});
/** Most objects say who uses what, and are not worth parsing. */
const isOfUse = /"type"\s*:\s*"(?:attack-pattern|x-mitre-tactic)"/;

/**
 * The names of MITRE's STIX 2.1 bundle of the enterprise matrix, laid over those that come with us: what it has given up
 * keeps the name that we know. Throws, in words for whoever set the file up, where it is no such bundle.
 * https://github.com/mitre-attack/attack-stix-data/blob/master/USAGE.md
 */
export async function readBundle(path: string, bytes: number): Promise<AttackNames> {
  if (bytes > mostBytes) throw new Error(`It is over ${mostBytes / 1024 / 1024} MB.`);
  const tactics = new Map<string, Tactic>();
  /** `credential-access` → `TA0006`. */
  const phases = new Map<string, string>();
  const techniques = new Map<string, Omit<Technique, 'tactics'> & { phases: string[] }>();
  const stream = fs.createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 });
  for await (const member of membersOf(stream, longestObject)) {
    const said = isOfUse.test(member) ? safeParse(shape, parse(member)).data : undefined;
    if (!said || said.revoked || said.x_mitre_deprecated || said.name === '') continue;
    const written = said.external_references.find((one) => one.source_name === 'mitre-attack')?.external_id;
    const { name } = said;
    if (said.type === 'x-mitre-tactic') {
      const id = written?.match(/^TA\d{4}$/)?.[0];
      if (!id || tactics.size >= most.tactics) continue;
      tactics.set(id, { id, name });
      phases.set(said.x_mitre_shortname, id);
    } else {
      const id = techniqueId(written ?? '');
      if (!id || techniques.size >= most.techniques) continue;
      techniques.set(id, { id, name, phases: said.kill_chain_phases.map((phase) => phase.phase_name) });
    }
  }
  if (techniques.size === 0 || tactics.size === 0)
    throw new Error(
      'It names no techniques and tactics. It should be enterprise-attack.json of https://github.com/mitre-attack/attack-stix-data.',
    );
  const read = [...techniques.values()].map(({ phases: names, ...technique }): [string, Technique] => [
    technique.id,
    { ...technique, tactics: names.flatMap((phase) => phases.get(phase) ?? []) },
  ]);
  return {
    tactics: new Map([...ownNames.tactics, ...tactics]),
    techniques: new Map([...ownNames.techniques, ...read]),
  };
}

function parse(member: string): unknown {
  try {
    return JSON.parse(member);
  } catch {
    // The parser's own words quote what stands there.
    throw new Error('It is no JSON, or not all of it.');
  }
}
