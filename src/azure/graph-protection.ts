import { z } from 'zod';
import { orNone, type Told, told } from './graph-lacking.ts';
import { type Ask, instant, place, quoted, read, readList, text } from './graph-read.ts';

export interface UserRisk {
  /** Microsoft's words: `none`, `low`, `medium`, `high`, `hidden`. */
  level: string;
  /** Microsoft's words: `none`, `atRisk`, `confirmedCompromised`, `remediated`, `dismissed`, `confirmedSafe`. */
  state: string;
  at: string | undefined;
}

export interface RiskDetection {
  /** Microsoft's words: `leakedCredentials`, `impossibleTravel`; `generic` without the licence for more. */
  type: string;
  level: string;
  /** As that of a user. */
  state: string;
  at: string | undefined;
  address: string;
  place: string;
}

/** https://learn.microsoft.com/graph/api/riskdetection-list: the greatest page there is. */
const pageSize = 500;
const mostDetections = 50;

/** Identity Protection. */
export function protectionOver(ask: Ask) {
  return {
    risk(id: string, signal?: AbortSignal): Promise<Told<UserRisk | undefined>> {
      const path = `/v1.0/identityProtection/riskyUsers/${encodeURIComponent(id)}`;
      const work = orNone(ask(path, { signal }).then((answer) => read(risk, answer)));
      return told({ permission: 'IdentityRiskyUser.Read.All', licence: 'Microsoft Entra ID P2' }, work);
    },

    detections(id: string, signal?: AbortSignal): Promise<Told<RiskDetection[]>> {
      // The list is documented to know neither an order nor a filter by time beside this one.
      const filter = encodeURIComponent(`userId eq ${quoted(id)}`);
      const path = `/v1.0/identityProtection/riskDetections?$filter=${filter}&$top=${pageSize}`;
      const work = ask(path, { signal }).then((answer) =>
        readList(detection, answer).sort(newestFirst).slice(0, mostDetections),
      );
      return told({ permission: 'IdentityRiskEvent.Read.All', licence: 'Microsoft Entra ID P1' }, work);
    },
  };
}

const newestFirst = (a: RiskDetection, b: RiskDetection) => (b.at ?? '').localeCompare(a.at ?? '');

const risk = z.object({ riskLevel: text, riskState: text, riskLastUpdatedDateTime: instant }).transform(
  ({ riskLevel, riskState, riskLastUpdatedDateTime }): UserRisk => ({
    level: riskLevel,
    state: riskState,
    at: riskLastUpdatedDateTime,
  }),
);

const detection = z
  .object({
    riskEventType: text,
    riskLevel: text,
    riskState: text,
    activityDateTime: instant,
    detectedDateTime: instant,
    ipAddress: text,
    location: place,
  })
  .transform(
    (one): RiskDetection => ({
      type: one.riskEventType,
      level: one.riskLevel,
      state: one.riskState,
      at: one.activityDateTime ?? one.detectedDateTime,
      address: one.ipAddress,
      place: one.location,
    }),
  );
