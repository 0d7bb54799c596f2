import { bounded } from '../said.ts';
import { IndexOfIndicators, type Note } from './index-of-indicators.ts';
import { type IndicatorKind, readIndicator } from './indicator.ts';

/** What became of a file. */
export interface ListRead {
  index: IndexOfIndicators;
  /** Of kinds that are not looked for: an MD5, an address of mail, a pattern that means more than one thing. */
  left: number;
  /** What could not be read. */
  broken: number;
  /** The first of these, each with where it stands. */
  faults: string[];
  /** More than anybody keeps stood in it: the rest was not read. */
  isCut: boolean;
}

/** In all of a file; they are kept in memory. */
const mostIndicators = 2_000_000;
const mostFaults = 5;
const mostNotes = 50_000;

/** Takes in what the forms of lists find, so that each form only finds. */
export class Reading {
  readonly #index = new IndexOfIndicators();
  readonly #notes = new Map<string, Note>();
  readonly #faults: string[] = [];
  #left = 0;
  #broken = 0;
  #isCut = false;

  /** False where no more is taken in. */
  take(where: string, text: string, kind: IndicatorKind | undefined, note: Note): boolean {
    if (this.#index.size >= mostIndicators) {
      this.#isCut = true;
      return false;
    }
    const indicator = readIndicator(text, kind);
    if (indicator) this.#index.add(indicator, this.#same(note));
    else this.fail(where, `'${bounded(text, 60)}' is no ${kind ?? 'indicator'}`);
    return true;
  }

  leave(): void {
    this.#left += 1;
  }

  fail(where: string, why: string): void {
    this.#broken += 1;
    if (this.#faults.length < mostFaults) this.#faults.push(`${where}: ${why}`);
  }

  end(): ListRead {
    const counts = { left: this.#left, broken: this.#broken, isCut: this.#isCut };
    return { index: this.#index, faults: this.#faults, ...counts };
  }

  /** Feeds say the same of thousands. */
  #same({ description, source, until }: Note): Note {
    const key = JSON.stringify([description, source, until]);
    const there = this.#notes.get(key);
    if (there) return there;
    // A copy: pieces of a line would hold the whole chunk of the file in memory.
    const [ownDescription = '', ownSource = ''] = JSON.parse(key);
    const note = { description: String(ownDescription), source: String(ownSource), until };
    if (this.#notes.size < mostNotes) this.#notes.set(key, note);
    return note;
  }
}
