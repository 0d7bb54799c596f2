/** Which version of each incident checkpoints cover: four bytes an incident, so that a million of them fit. */
export interface SealedVersions {
  cover(incident: number, version: number): void;
  /** 0 where none is. */
  of(incident: number): number;
}

/** Incidents at a time: numbers are given one after the other, and far ones may be anything. */
const block = 65_536;

export function openSealedVersions(): SealedVersions {
  const blocks = new Map<number, Uint32Array>();
  return {
    cover(incident, version) {
      const at = Math.floor(incident / block);
      const versions = blocks.get(at) ?? new Uint32Array(block);
      blocks.set(at, versions);
      const place = incident % block;
      if (version > (versions[place] ?? 0)) versions[place] = version;
    },
    of: (incident) => blocks.get(Math.floor(incident / block))?.[incident % block] ?? 0,
  };
}
