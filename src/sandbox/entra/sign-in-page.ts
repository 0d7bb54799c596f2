import type { SandboxPerson } from '../people.ts';

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:26rem;margin:4rem auto;padding:0 1rem}
button{display:block;width:100%;margin:.5rem 0;padding:.6rem .8rem;font:inherit;text-align:left;border:1px solid;border-radius:6px;background:none;color:inherit;cursor:pointer}
button:hover,button:focus-visible{outline:2px solid;outline-offset:2px}
small{display:block;opacity:.75}`;

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${style}</style><main><h1>${escaped(title)}</h1>${body}</main></html>`;

/** The stand-in asks for no password: whoever sits at the sandbox may be anybody. */
export function drawSignIn(action: string, flow: string, people: readonly SandboxPerson[]): string {
  const button = ({ id, name, upn }: SandboxPerson) =>
    `<button name="person" value="${escaped(id)}">${escaped(name)}<small>${escaped(upn)}</small></button>`;
  return page(
    'Sign in to Contoso (sandbox)',
    `<form method="post" action="${escaped(action)}"><input type="hidden" name="flow" value="${escaped(flow)}">
${people.map(button).join('\n')}
<button name="person" value="">Cancel</button></form>`,
  );
}

export function drawFault(message: string): string {
  return page('Sorry, but we’re having trouble signing you in.', `<p>${escaped(message)}</p>`);
}
