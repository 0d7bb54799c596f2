import { createHash } from 'node:crypto';
import type { SignInPurpose } from '../flow/sign-in.ts';

const style = `:root{color-scheme:light dark;font:1rem/1.6 system-ui,sans-serif}
body{margin:0;background:light-dark(#f4f5f8,#14161c);color:light-dark(#16181d,#eceef3)}
main{max-width:30rem;margin:10vh auto 2rem;padding:1.5rem 1.75rem;border-radius:12px;background:light-dark(#fff,#1d2029)}
h1{font-size:1.35rem;line-height:1.3;margin:0 0 1rem}
p{margin:0 0 1rem}
.who{padding:.75rem 1rem;border-radius:8px;background:light-dark(#eef1f8,#272b37);overflow-wrap:anywhere}
.code{font:600 2.25rem/1.2 ui-monospace,monospace;letter-spacing:.25em;margin:0 0 1rem;user-select:all}
.caution{border-left:4px solid light-dark(#b25c00,#ffb454);padding-left:.9rem}
button{font:inherit;font-weight:600;padding:.7rem 1.3rem;border:0;border-radius:8px;background:light-dark(#1f3a5f,#9fc1f0);color:light-dark(#fff,#10141b);cursor:pointer}
button:hover{filter:brightness(1.1)}
button:focus-visible{outline:3px solid light-dark(#1f6feb,#9fc1f0);outline-offset:3px}
@media(max-width:34rem){main{margin:0;border-radius:0;min-height:100vh;box-sizing:border-box}}`;

/** For the Content-Security-Policy: this style and no other. */
export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** What somebody is about to do, and for whom. */
export function drawBegin(purpose: SignInPurpose): string {
  switch (purpose.kind) {
    case 'link':
      return drawBeginLink(purpose.slack);
    case 'answer':
      return draw(
        'Confirm your answer',
        `<p>Watchfloor asked in chat whether something was you. You are about to confirm:</p>
<p class="who"><strong>Yes, that was me.</strong></p>
<p class="caution">Did you not answer so yourself, in chat, a moment ago? Then close this page: somebody else did, in your name.</p>
${goOn}`,
      );
    case 'logs':
      return draw(
        'Ask the logs in your name',
        `<p>Queries that you ask in chat are then run by Azure as yours: you see what you may see, and Azure's own record names you.</p>
<p class="caution">Go on only if you asked for this link yourself. "unlink" in chat takes it back.</p>
${goOn}`,
      );
  }
}

function drawBeginLink({ name, id, teamId }: { name: string; id: string; teamId: string }): string {
  return draw(
    'Link a Slack account',
    `<p>You are about to link this Slack account with the account that you sign in with next:</p>
<p class="who"><strong>${escaped(name)}</strong><br>member ${escaped(id)} of workspace ${escaped(teamId)}</p>
<p class="caution">Go on only if this is you, and you asked for this link yourself. If somebody sent it to you, close this page: they would act in your name.</p>
${goOn}`,
  );
}

/** What is left to do in Slack. */
export function drawCode(slackName: string, code: string): string {
  return draw(
    'One step is left',
    `<p>As <strong>${escaped(slackName)}</strong> in Slack, write this to Watchfloor within ten minutes:</p>
<p class="code">link ${escaped(code)}</p>
<p class="caution">Tell this code to nobody. Whoever asks you for it wants to act in your name.</p>`,
  );
}

export function drawAnswered(told: string): string {
  return draw('Done', `<p>${escaped(told)}</p><p>You may close this page.</p>`);
}

export function drawRefusal(sentence: string): string {
  return draw('That did not work', `<p>${escaped(sentence)}</p>`);
}

const goOn = '<form method="post"><button>Go on and sign in</button></form>';

function draw(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title} · Watchfloor</title><style>${style}</style></head>
<body><main><h1>${title}</h1>
${body}
</main></body></html>
`;
}

/** Names of people are untrusted text, here too. */
function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
