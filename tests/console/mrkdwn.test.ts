import { describe, expect, test } from 'vitest';
import { parseMrkdwn } from '../../src/sandbox/console/slack/mrkdwn.ts';

describe('mrkdwn as Slack reads it', () => {
  test('a channel mention mentions the channel', () => {
    expect(parseMrkdwn('<!channel> look')).toEqual([
      { kind: 'broadcast', range: 'channel' },
      { kind: 'text', text: ' look' },
    ]);
  });

  test('an escaped channel mention stays text', () => {
    expect(parseMrkdwn('&lt;!channel&gt; look')).toEqual([{ kind: 'text', text: '<!channel> look' }]);
  });

  test('an escaped link stays text, and its address is not a link where the text is verbatim', () => {
    const text = '&lt;https://evil.example|bank&gt;';
    expect(parseMrkdwn(text, { verbatim: true })).toEqual([
      { kind: 'text', text: '<https://evil.example|bank>' },
    ]);
  });

  test('entities are decoded once', () => {
    expect(parseMrkdwn('&amp;lt;!here&amp;gt;')).toEqual([{ kind: 'text', text: '&lt;!here&gt;' }]);
  });

  test('a bare address is a link unless the text is verbatim', () => {
    expect(parseMrkdwn('see https://a.example/x.')).toEqual([
      { kind: 'text', text: 'see ' },
      { kind: 'link', url: 'https://a.example/x', label: 'https://a.example/x' },
      { kind: 'text', text: '.' },
    ]);
    expect(parseMrkdwn('https://a.example', { verbatim: true })).toEqual([
      { kind: 'text', text: 'https://a.example' },
    ]);
  });

  test('a link has its label, and no script', () => {
    expect(parseMrkdwn('<https://portal.azure.com/?a=1&amp;b=2|Open it>')).toEqual([
      { kind: 'link', url: 'https://portal.azure.com/?a=1&b=2', label: 'Open it' },
    ]);
    expect(parseMrkdwn('<javascript:alert(1)|Open it>')).toEqual([
      { kind: 'text', text: '<javascript:alert(1)|Open it>' },
    ]);
  });

  test('people, rooms and groups are mentions', () => {
    expect(parseMrkdwn('<@U0OLIVIA> <#C0SOC|soc-alerts> <!subteam^S0LEADS|@leads>')).toEqual([
      { kind: 'user', id: 'U0OLIVIA', label: undefined },
      { kind: 'text', text: ' ' },
      { kind: 'conversation', id: 'C0SOC', label: 'soc-alerts' },
      { kind: 'text', text: ' ' },
      { kind: 'group', id: 'S0LEADS', label: '@leads' },
    ]);
  });

  test('marks need a space or punctuation around them', () => {
    expect(parseMrkdwn('*High* 2*3*4 snake_case_name')).toEqual([
      { kind: 'bold', children: [{ kind: 'text', text: 'High' }] },
      { kind: 'text', text: ' 2*3*4 snake_case_name' },
    ]);
    expect(parseMrkdwn('_why_ ~old~')).toEqual([
      { kind: 'italic', children: [{ kind: 'text', text: 'why' }] },
      { kind: 'text', text: ' ' },
      { kind: 'strike', children: [{ kind: 'text', text: 'old' }] },
    ]);
  });

  test('in code nothing is bold and no name is an emoji', () => {
    expect(parseMrkdwn('`*a* :fire: &lt;b&gt;`')).toEqual([
      { kind: 'code', children: [{ kind: 'text', text: '*a* :fire: <b>' }] },
    ]);
    expect(parseMrkdwn('```\n*a*\n```')).toEqual([
      { kind: 'pre', children: [{ kind: 'text', text: '*a*' }] },
    ]);
  });

  test('lines are lines and a quote ends with its lines', () => {
    expect(parseMrkdwn('a\n> b\n> c\nd')).toEqual([
      { kind: 'text', text: 'a' },
      {
        kind: 'quote',
        children: [{ kind: 'text', text: 'b' }, { kind: 'break' }, { kind: 'text', text: 'c' }],
      },
      { kind: 'text', text: 'd' },
    ]);
  });

  test('a date keeps its fallback for formats that Slack does not know', () => {
    expect(parseMrkdwn('<!date^1795250000^{date_short} {time}|22 Nov, 08:33>')).toEqual([
      {
        kind: 'date',
        seconds: 1_795_250_000,
        format: '{date_short} {time}',
        url: undefined,
        fallback: '22 Nov, 08:33',
      },
    ]);
  });
});
