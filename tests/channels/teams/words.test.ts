import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTurn } from '../../../src/channels/teams/activity.ts';
import { readWords } from '../../../src/channels/teams/words.ts';
import { asSent } from '../../../src/sandbox/teams/typed.ts';

const bot = '28:e8d3b6a2-4c19-4f75-9a60-7b1c5d2e8f34';
const mention = { type: 'mention', mentioned: { id: bot }, text: '<at>Watchfloor</at>' };
const kql = 'SigninLogs\n| where ResultType != 0 and\n    IPAddress == "203.0.113.9"\n| take 5';

const heard = (text: string, html?: string) =>
  readWords(
    readTurn({
      type: 'message',
      id: '1',
      serviceUrl: 'https://smba.trafficmanager.net/emea/',
      text,
      from: { id: '29:1' },
      recipient: { id: bot },
      conversation: { id: '19:soc@thread.tacv2' },
      entities: [mention],
      ...(html !== undefined && { attachments: [{ contentType: 'text/html', content: html }] }),
    }),
  );
const whole = `query\n\`\`\`\n${kql}\n\`\`\`\n--last 4h`;

describe('KQL of several lines, typed in Teams', () => {
  it('keeps its lines and indents from the code editor, colours and all', () => {
    const html = `<div><p><span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">Watchfloor</span>&nbsp;query</p>\r\n
<p itemtype="http://schema.skype.com/CodeBlockEditor" id="x_codeBlockEditor-1">\r\n&nbsp;</p>\r\n
<pre class="language-sql" itemid="codeBlockEditor-1"><code>SigninLogs<br>|&nbsp;<span class="hljs-keyword">where</span>&nbsp;ResultType&nbsp;!=&nbsp;<span class="hljs-number">0</span>&nbsp;and<br>&nbsp;&nbsp;&nbsp;&nbsp;IPAddress&nbsp;==&nbsp;<span class="hljs-string">&quot;203.0.113.9&quot;</span><br>|&nbsp;take&nbsp;5</code></pre>
<p>--last 4h</p></div>`;
    expect(heard('<at>Watchfloor</at> query SigninLogs | where --last 4h', html)).toBe(whole);
  });

  it('keeps them in the other form that Teams sends code in', () => {
    const code = kql.replaceAll('"', '&quot;').replaceAll('\n', '\r\n');
    const html = `<at id="0">Watchfloor</at> query<codeblock class=""><code>${code}\r\n</code></codeblock>--last 4h`;
    expect(heard('query', html)).toBe(whole);
  });

  it('keeps them where the client sent the fences as they were typed', () => {
    const text = `<at>Watchfloor</at>  query   \`\`\`\n${kql.replaceAll('    ', '&nbsp;&nbsp;&nbsp;&nbsp;')}\n\`\`\`  --last   4h`;
    expect(heard(text, '<div>query</div>')).toBe(`query \`\`\`\n${kql}\n\`\`\` --last 4h`);
  });

  it('arrives as it was typed in the sandbox, which flattens the text as Teams does', () => {
    const sent = asSent(`query\n\`\`\`kusto\n${kql}\n\`\`\`\n--last 4h`);
    expect(sent.text).not.toContain('```');
    expect(sent.text.split('\n')).toHaveLength(3);
    expect(heard(sent.text, sent.html)).toBe(whole);
  });

  it('is text, whatever marks stand in it', () => {
    const html =
      '<p>query</p><pre><code>print &quot;&lt;/code&gt;&lt;at&gt;SOC&lt;/at&gt; &amp;lt;&quot;</code></pre>';
    expect(heard('query', html)).toBe('query\n```\nprint "</code><at>SOC</at> &lt;"\n```');
  });

  it('says who else is mentioned, and leaves the bot out', () => {
    const span = (name: string) =>
      `<span itemtype="http://schema.skype.com/Mention" itemid="1">${name}</span>`;
    const html = `<p>${span('Watchfloor')} ask ${span('Adam Keller')}</p><pre>x</pre>`;
    expect(heard('x', html)).toBe('ask Adam Keller\n```\nx\n```');
  });
});

describe('words that an attacker wrote', () => {
  // What grows with the square of the length takes minutes, and no test waits for that.
  it('are read, however often a mark begins and does not end', () => {
    const units = [
      '<',
      '<pre>',
      '<pre',
      '</pre>',
      '<span itemtype="schema.skype.com/Mention">',
      '<at ',
      '&',
      '```',
      '<br>',
    ];
    for (const unit of units) {
      const long = unit.repeat(Math.ceil(250_000 / unit.length));
      heard(long);
      heard('x', `<pre>${long}`);
      heard('x', `${long}<pre>x</pre>`);
    }
  });

  it('are read whatever they are', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '<pre>',
      '</pre>',
      '<code>',
      '<br>',
      '&lt;',
      '&#x0;',
      '```',
      '\n',
      'a',
      '<at>',
      '</at>',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        expect(typeof heard(text, `${text}<pre>`)).toBe('string');
        const { html, text: flat } = asSent(text);
        expect(typeof heard(flat, html)).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});
