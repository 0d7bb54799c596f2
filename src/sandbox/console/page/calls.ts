import type { SandboxState } from './state.ts';

type Method = 'POST' | 'PATCH' | 'DELETE';

export async function fetchState(): Promise<SandboxState> {
  const answer = await fetch('/api/state');
  if (!answer.ok) throw new Error(`The sandbox answered ${answer.status}.`);
  return answer.json();
}

/** Calls a control of the sandbox. Throws with the sandbox's own words when it refuses. */
export async function call<Answer = unknown>(method: Method, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error ?? said.message ?? `The sandbox answered ${answer.status}.`);
  return said;
}
