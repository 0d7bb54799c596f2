import type { Ip } from '../ip.ts';
import { Ranges } from '../ranges.ts';
import type { Indicator } from './indicator.ts';

/** What a list says of an indicator; many indicators share one. */
export interface Note {
  description: string;
  source: string;
  /** Milliseconds since 1970; the list itself does not hold after that. */
  until: number | undefined;
}

/** A note, and the indicator that it stands beside where that is more than what was asked for. */
export interface Match {
  note: Note;
  /** `203.0.113.64/28`, `evil.example`. */
  by: string;
}

/** What a list names, exactly, by range, and by domain. Two million of them take about 170 MB. */
export class IndexOfIndicators {
  // Keys of their own making: a piece of a line would hold the whole chunk of the file in memory.
  readonly #addresses = new Map<string, Note>();
  readonly #ranges = new Ranges<Match>();
  readonly #domains = new Map<string, Note>();
  readonly #urls = new Map<string, Note>();
  /** 32 characters for 64 digits. */
  readonly #files = new Map<string, Note>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Of several lines about the same, the last holds. */
  add(indicator: Indicator, note: Note): void {
    this.#size += 1;
    switch (indicator.kind) {
      case 'ip':
        this.#addresses.set(indicator.ip.toString(), note);
        return;
      case 'range': {
        const [first, bits] = indicator.range;
        this.#ranges.add(indicator.range, { note, by: `${first.toString()}/${bits}` });
        return;
      }
      case 'domain':
        this.#domains.set(own(indicator.name), note);
        return;
      case 'url':
        this.#urls.set(own(indicator.url), note);
        return;
      case 'sha256':
        this.#files.set(packed(indicator.sha256), note);
    }
  }

  address(ip: Ip): Match[] {
    const by = ip.toString();
    const note = this.#addresses.get(by);
    return [...(note ? [{ note, by }] : []), ...this.#ranges.find(ip)];
  }

  /** The name itself and those above it; never a top-level domain. */
  domain(name: string): Match[] {
    const labels = name.split('.');
    return labels.slice(0, -1).flatMap((_label, at) => {
      const by = labels.slice(at).join('.');
      const note = this.#domains.get(by);
      return note ? [{ note, by }] : [];
    });
  }

  url(url: string): Match[] {
    const note = this.#urls.get(url);
    return note ? [{ note, by: url }] : [];
  }

  file(sha256: string): Match[] {
    const note = this.#files.get(packed(sha256));
    return note ? [{ note, by: sha256 }] : [];
  }
}

const packed = (sha256: string) => Buffer.from(sha256, 'hex').toString('latin1');
const own = (text: string) => Buffer.from(text).toString();
