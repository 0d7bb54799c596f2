import { isObject, type JsonObject, lengthOf } from './json.ts';
import { limits } from './limits.ts';

export interface Complaint {
  /** JSON pointer to what is wrong. */
  at: string;
  message: string;
}

/** Collects what is wrong with a payload, in the words Slack uses. */
export class Check {
  readonly complaints: Complaint[] = [];

  complain(at: string, message: string): void {
    this.complaints.push({ at, message });
  }

  string(value: unknown, at: string, max: number, required = false) {
    if (value === undefined && !required) return;
    if (value === undefined) return this.missing(at);
    if (typeof value !== 'string') return this.complain(at, 'should be a string');
    if (required && value === '') return this.complain(at, 'must be more than 0 characters');
    if (lengthOf(value) > max) this.complain(at, `must be less than ${max + 1} characters`);
  }

  list(value: unknown, at: string, max: number, min = 1): JsonObject[] {
    if (!Array.isArray(value)) {
      if (value === undefined) this.missing(at);
      else this.complain(at, 'should be an array');
      return [];
    }
    if (value.length < min) this.complain(at, `must have at least ${min} item${min === 1 ? '' : 's'}`);
    if (value.length > max) this.complain(at, `no more than ${max} items allowed`);
    for (const [n, one] of value.entries())
      if (!isObject(one)) this.complain(`${at}/${n}`, 'should be an object');
    return value.filter(isObject);
  }

  /** A text object; `plain` where markup is refused. */
  text(value: unknown, at: string, max: number, plain = false) {
    if (value === undefined) return this.missing(at);
    if (!isObject(value)) return this.complain(at, 'should be a text object');
    const kinds = plain ? ['plain_text'] : ['plain_text', 'mrkdwn'];
    if (!kinds.includes(String(value.type)))
      this.complain(`${at}/type`, `must be one of: ${kinds.join(', ')}`);
    if (value.type === 'plain_text' && 'verbatim' in value)
      this.complain(`${at}/verbatim`, 'additional property');
    if (value.type === 'mrkdwn' && 'emoji' in value) this.complain(`${at}/emoji`, 'additional property');
    this.string(value.text, `${at}/text`, Math.min(max, limits.text), true);
  }

  oneOf(value: unknown, at: string, allowed: readonly string[]): void {
    if (value !== undefined && !allowed.includes(String(value)))
      this.complain(at, `must be one of: ${allowed.join(', ')}`);
  }

  missing(at: string): void {
    const cut = at.lastIndexOf('/');
    this.complain(at.slice(0, cut), `missing required field: ${at.slice(cut + 1)}`);
  }
}
