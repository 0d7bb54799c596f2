import { expect, test } from 'vitest';
import { emptyIncident, evolve, type Incident, type IncidentFact } from '../../src/incident/incident.ts';
import { normaliseDefender } from '../../src/sources/defender/alert.ts';
import { renderHistory } from '../../src/sources/sentinel/history.ts';
import { restAlert } from './fixtures.ts';

const at = '2026-11-21T10:05:00.000Z';
const lena = { kind: 'person', id: 'p1', name: 'Lena <Fischer>', upn: 'lena@contoso.com' } as const;

function story(...facts: IncidentFact[]): Incident {
  const opened = { at, by: { kind: 'bot' }, type: 'opened', alert: normaliseDefender(restAlert) } as const;
  return facts.reduce(
    (incident, fact) => evolve(incident, { at, by: lena, ...fact }),
    evolve(emptyIncident(7), opened),
  );
}

test('nothing is told while nobody has done anything', () => {
  expect(renderHistory(story())).toBe('');
});

test('it tells who did what and when, and how it ended', () => {
  const closing = {
    classification: 'benign-positive',
    reason: 'suspicious-but-expected',
    comment: 'A drill',
  } as const;
  const text = renderHistory(
    story({ type: 'acknowledged' }, { type: 'commented', text: 'Looking' }, { type: 'closed', closing }),
  );
  expect(text).toContain('INC-7 in Watchfloor');
  expect(text).toContain('2026-11-21 10:05 UTC Lena &lt;Fischer&gt; acknowledged');
  expect(text).toContain(
    'Lena &lt;Fischer&gt; closed it as benign positive, suspicious but expected: A drill',
  );
  expect(text).toContain('Lena &lt;Fischer&gt;: Looking');
});

test('what people write never becomes markup', () => {
  const text = renderHistory(
    story({ type: 'commented', text: '<img src=x onerror="alert(1)"> & \'more\'\nsecond line' }),
  );
  expect(text.replaceAll('<br>', '')).not.toMatch(/[<>]/);
  expect(text).toContain(
    '&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#39;more&#39;<br>second line',
  );
});

test('it stays within 30,000 characters and keeps the newest lines', () => {
  const many = Array.from(
    { length: 30 },
    (_, n) => ({ type: 'commented', text: `${n}: ${'<'.repeat(900)}` }) as const,
  );
  const text = renderHistory(story(...many));
  expect(text.length).toBeLessThanOrEqual(30_000);
  expect(text).toContain(': 29: ');
  expect(text).not.toContain(': 0: ');
  const long = renderHistory(story({ type: 'commented', text: '&'.repeat(50_000) }));
  expect(long.length).toBeLessThanOrEqual(30_000);
  expect(long).toContain('&amp;&amp;');
});
