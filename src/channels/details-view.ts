import type { EnrichmentFact, Tone, Topology } from '../incident/enrichment.ts';
import type { ChartView } from './chart-view.ts';

/** What is known of one subject after the other. */
export interface DetailsView {
  /** `INC-1042: what is known`, `198.51.100[.]23`. */
  title: string;
  /** At most 8, who and what is attacked first. */
  subjects: DetailsSubject[];
  /** How many subjects are not shown. */
  more: number;
  /** Sentences on what was not answered: `Identity: not answered by Entra ID (throttled); it is tried again.` */
  missing: string[];
  /** A full sentence for notifications and screen readers. */
  fallback: string;
}

export interface DetailsSubject {
  /** `Account`, `IP`, `This incident`. */
  kind: string;
  /** Empty where the kind says it all. */
  name: string;
  chips: Chip[];
  /** Whether it is known bad, with who says so: `Malicious say VirusTotal (12 of 94 engines) and AbuseIPDB (100 %)`. Empty where nobody says. */
  verdict: string;
  parts: DetailsPart[];
}

/** What one enricher says. */
export interface DetailsPart {
  /** `Identity`. */
  title: string;
  /** At most 30, most telling first; a channel may leave out the last. */
  facts: DetailsFact[];
  link: { label: string; url: string } | undefined;
  /** One line over time, at most 20 points. */
  chart: ChartView | undefined;
  /** Drawn as a picture where the channel can, as lines where not. */
  map: Topology | undefined;
}

/** As enrichers give it; here cleaned, masked and defanged. `at` is drawn in the reader's time zone, after the value. */
export type DetailsFact = EnrichmentFact;

/** A few words beside a name, at most 24 code points. Its tone colours it, and says nothing that the words do not. */
export interface Chip {
  text: string;
  tone: Tone;
}
