import { describe, expect, it } from 'vitest';
import { Malformed } from '../../src/errors.ts';
import { normaliseDefender } from '../../src/sources/defender/alert.ts';
import { normaliseSentinel } from '../../src/sources/sentinel/incident.ts';
import { incident, restAlert } from './fixtures.ts';

describe.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('the word %s', (word) => {
  it('is no severity', () => {
    const severity = { severity: word };
    const defender = () =>
      normaliseDefender({ ...restAlert, properties: { ...restAlert.properties, ...severity } });
    const sentinel = () =>
      normaliseSentinel({ ...incident, properties: { ...incident.properties, ...severity } });
    expect(defender).toThrow(Malformed);
    expect(sentinel).toThrow(Malformed);
  });

  it('is no classification and no reason for one', () => {
    const closing = { status: 'Closed', classification: word, classificationReason: word };
    const read = normaliseSentinel({ ...incident, properties: { ...incident.properties, ...closing } });
    expect(read.handling.closing?.classification ?? 'undetermined').toBe('undetermined');
  });
});
