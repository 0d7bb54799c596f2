/** Says itself of which zone it is: `02:14 UTC`, `2026-11-28 02:14+01:00`. */
export const saysZone = /(?:\d\s*|\s)(?:z|utc|gmt|[+-]\d\d:?\d\d)$/i;
