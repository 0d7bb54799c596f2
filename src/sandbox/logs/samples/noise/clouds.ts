import type { LogEvent } from '../../ingest.ts';
import { cloudTrail, gcpCall } from '../events/clouds.ts';
import { type Hour, times } from './hour.ts';

/** AWS and Google Cloud, where Contoso has a web site and some analysis. */
export function cloudNoise({ dice, busy, some, time }: Hour): LogEvent[] {
  return [
    ...times(some(2), () =>
      cloudTrail(dice, {
        at: time(),
        user: 'svc-deploy',
        from: '203.0.113.9',
        source: dice.pick(['ec2.amazonaws.com', 's3.amazonaws.com']),
        event: dice.pick(['DescribeInstances', 'GetObject', 'ListBuckets', 'DescribeImages']),
      }),
    ),
    ...times(some(0.3 * busy), () =>
      cloudTrail(dice, {
        at: time(),
        user: 'svc-deploy',
        from: '203.0.113.9',
        source: 's3.amazonaws.com',
        event: 'PutObject',
        request: { bucketName: 'contoso-web' },
      }),
    ),
    ...times(some(0.8), () =>
      gcpCall(dice, {
        at: time(),
        who: 'etl@contoso-analytics.example',
        from: '203.0.113.9',
        service: 'bigquery.googleapis.com',
        method: 'google.cloud.bigquery.v2.JobService.InsertJob',
        resource: 'projects/contoso-analytics/jobs',
      }),
    ),
    ...times(some(4 * busy + 1), () => ({
      table: 'EdgeCache_CL' as const,
      at: time(),
      values: {
        Pop: dice.pick(['FRA', 'AMS', 'CDG']),
        Host: 'shop.contoso.com',
        Path: dice.pick(['/logo.svg', '/app.js', '/app.css', '/fonts/text.woff2']),
        Status: 200,
        CacheStatus: dice.chance(0.9) ? 'HIT' : 'MISS',
        ClientIp: `203.0.113.${dice.between(150, 240)}`,
        BytesSent: dice.between(900, 80_000),
        UserAgent: 'Mozilla/5.0',
      },
    })),
  ];
}
