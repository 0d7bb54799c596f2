/** What a person sees after following where they are led. */
export interface Page {
  status: number;
  html: string;
  headers: Headers;
  url: string;
}

/** A browser without scripts: keeps cookies of each origin, and follows redirects where it is told to. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  get(url: string): Promise<Page> {
    return this.#ask(url, { method: 'GET' });
  }

  /** Sends a form, as Chromium does from a page of the same site that tells no referrer. */
  post(
    url: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = { origin: 'null', 'sec-fetch-site': 'same-origin' },
  ): Promise<Page> {
    return this.#ask(url, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  /** Where a redirect leads; throws where the page is none. */
  static next({ status, headers, url, html }: Page): string {
    const location = headers.get('location');
    if (!location) throw new Error(`${url} leads nowhere: ${status} ${html.slice(0, 400)}`);
    return new URL(location, url).href;
  }

  /** Signs in at the Entra stand-in, from where the product sent us; stops before going back. */
  async signIn(authorizeUrl: string, person: string): Promise<Page> {
    const page = await this.get(authorizeUrl);
    const [, flow] = /name="flow" value="([^"]+)"/.exec(page.html) ?? [];
    const [, action] = /action="([^"]+)"/.exec(page.html) ?? [];
    if (!flow || !action) return page;
    return this.post(new URL(action, authorizeUrl).href, { flow, person });
  }

  /** From the link to the last page. */
  async signInBy(link: string, person: string): Promise<Page> {
    await this.get(link);
    const there = Browser.next(await this.post(link));
    return this.get(Browser.next(await this.signIn(there, person)));
  }

  async #ask(
    url: string,
    { headers, ...init }: RequestInit & { headers?: Record<string, string> },
  ): Promise<Page> {
    const { origin } = new URL(url);
    const kept = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, kept);
    const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...headers, ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0\b/.test(line)) kept.delete(name);
      else kept.set(name, value);
    }
    return { status: response.status, html: await response.text(), headers: response.headers, url };
  }
}

/** The code that a page shows. */
export function codeOn({ html }: Page): string {
  const [, code] = /link (\d{6})/.exec(html) ?? [];
  if (!code) throw new Error(`No code on the page: ${html.slice(-600)}`);
  return code;
}
