import { describe, expect, it } from 'vitest';
import { inWords } from '../../src/enrichers/azure/words.ts';
import { firstFitting } from '../../src/enrichers/chip.ts';
import { bytes } from '../../src/enrichers/figures.ts';

describe('a chip', () => {
  it.each<[[string, ...string[]], string]>([
    [['vm-pay-web-01'], 'vm-pay-web-01'],
    [['vm-pay-web-01-of-the-payments', 'one of our machines'], 'one of our machines'],
    [['Privileged Role Administrator', 'Privileged Role Admin'], 'Privileged Role Admin'],
    [['Privileged Authentication Administrator'], 'Privileged Authenticati…'],
    [['🛡'.repeat(25)], `${'🛡'.repeat(23)}…`],
  ])('says what fits of %j', (texts, chip) => {
    expect(firstFitting(...texts)).toBe(chip);
  });
});

describe('a name of Microsoft’s', () => {
  it.each([
    ['impossibleTravel', 'impossible travel'],
    ['maliciousIPAddress', 'malicious IP address'],
    ['anonymizedIPAddress', 'anonymized IP address'],
    ['fido2', 'fido2'],
    ['passKeyDeviceBound', 'pass key device bound'],
    ['NoSensorData', 'no sensor data'],
    ['Interactive,Network', 'interactive, network'],
  ])('is taken apart into words: %s', (name, words) => {
    expect(inWords(name)).toBe(words);
  });
});

describe('an amount', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_500, '1.5 kB'],
    [250_000_000, '250 MB'],
    [7_000_000_000_000_000, '7 PB'],
  ])('of %i bytes is %s', (amount, words) => {
    expect(bytes(amount)).toBe(words);
  });
});
