import { z } from 'zod';
import { askTogether } from './ask-together.ts';
import { type Told, told } from './graph-lacking.ts';
import { type Ask, instant, place, quoted, readList, text } from './graph-read.ts';
import type { Pace } from './pace.ts';

export interface UserRisk {
  userId: string;
  /** Microsoft's words: `none`, `low`, `medium`, `high`, `hidden`. */
  level: string;
  /** Microsoft's words: `none`, `atRisk`, `confirmedCompromised`, `remediated`, `dismissed`, `confirmedSafe`. */
  state: string;
  at: string | undefined;
}

export interface RiskDetection {
  userId: string;
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
/** Graph takes a filter of 15 parts everywhere; accounts of one incident are hardly more. */
const mostAccounts = 15;

/** Identity Protection. Its calls are few: several accounts are asked for together. */
export function protectionOver(ask: Ask, pace: Pace) {
  /** https://learn.microsoft.com/graph/permissions-reference has the filter by id among its examples; an `or` it takes as everywhere. */
  async function risksOf(ids: string[]): Promise<(UserRisk | undefined)[]> {
    const answer = await ask(`/v1.0/identityProtection/riskyUsers?${anyOf('id', ids)}&$top=${pageSize}`, {});
    const risks = readList(risk, answer);
    return ids.map((id) => risks.find(isOf(id)));
  }

  async function detectionsOf(ids: string[]): Promise<RiskDetection[][]> {
    // The list is documented to know neither an order nor a filter by time beside this one.
    const path = `/v1.0/identityProtection/riskDetections?${anyOf('userId', ids)}&$top=${pageSize}`;
    const detections = readList(detection, await ask(path, {})).sort(newestFirst);
    if (detections.length >= pageSize && ids.length > 1) return oneByOne(ids);
    return ids.map((id) => detections.filter(isOf(id)).slice(0, mostDetections));
  }

  /** Where one account has filled the page, the others may be missing from it. */
  async function oneByOne(ids: string[]): Promise<RiskDetection[][]> {
    const all: RiskDetection[][] = [];
    for (const id of ids) {
      await pace();
      all.push(...(await detectionsOf([id])));
    }
    return all;
  }

  const askRisk = askTogether({ pace, most: mostAccounts, ask: risksOf });
  const askDetections = askTogether({ pace, most: mostAccounts, ask: detectionsOf });

  return {
    risk(id: string, signal?: AbortSignal): Promise<Told<UserRisk | undefined>> {
      const needs = { permission: 'IdentityRiskyUser.Read.All', licence: 'Microsoft Entra ID P2' };
      return told(needs, askRisk(id, signal));
    },

    detections(id: string, signal?: AbortSignal): Promise<Told<RiskDetection[]>> {
      const needs = { permission: 'IdentityRiskEvent.Read.All', licence: 'Microsoft Entra ID P1' };
      return told(needs, askDetections(id, signal));
    },
  };
}

const anyOf = (field: string, ids: string[]): string =>
  `$filter=${encodeURIComponent(ids.map((id) => `${field} eq ${quoted(id)}`).join(' or '))}`;

const isOf =
  (id: string) =>
  ({ userId }: { userId: string }): boolean =>
    userId.toLowerCase() === id.toLowerCase();

const newestFirst = (a: RiskDetection, b: RiskDetection) => (b.at ?? '').localeCompare(a.at ?? '');

const risk = z
  .object({ id: text, riskLevel: text, riskState: text, riskLastUpdatedDateTime: instant })
  .transform(
    ({ id, riskLevel, riskState, riskLastUpdatedDateTime }): UserRisk => ({
      userId: id,
      level: riskLevel,
      state: riskState,
      at: riskLastUpdatedDateTime,
    }),
  );

const detection = z
  .object({
    userId: text,
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
      userId: one.userId,
      type: one.riskEventType,
      level: one.riskLevel,
      state: one.riskState,
      at: one.activityDateTime ?? one.detectedDateTime,
      address: one.ipAddress,
      place: one.location,
    }),
  );
