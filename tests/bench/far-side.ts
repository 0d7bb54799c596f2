import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { createBotFrameworkKey, signActivityToken } from '../../src/sandbox/teams/token.ts';
import { launch } from './child.ts';
import { teamsApp } from './company.ts';
import { openSink, type Sink } from './sink.ts';

/** Everything around the product: bare, without the limits and checks of the sandbox, so that only ours is seen. */
export interface FarSide {
  sink: Sink;
  azureUrl: string;
  /** PEM file of whoever signed Azure's certificate. */
  caFile: string;
  /** Bearer token of an activity; the Bot Framework uses one for many, too. */
  teamsToken: string;
  /** For logs and settings; gone when closed. */
  folder: string;
  close(): Promise<void>;
}

export async function openFarSide(): Promise<FarSide> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-bench-'));
  const certificate = await createCertificate();
  const file = (name: string, content: string) => {
    fs.writeFileSync(path.join(folder, name), content, { mode: 0o600 });
    return path.join(folder, name);
  };
  const caFile = file('ca.pem', certificate.ca);
  const azure = await launch({
    file: 'azure.ts',
    env: { CERTIFICATE: file('cert.pem', certificate.cert), KEY: file('key.pem', certificate.key) },
    log: path.join(folder, 'azure.log'),
    ca: certificate.ca,
  });
  const key = await createBotFrameworkKey();
  const sink = await openSink(key.published);
  return {
    sink,
    azureUrl: azure.url,
    caFile,
    teamsToken: await signActivityToken({
      key,
      audience: teamsApp.clientId,
      serviceUrl: `${sink.url}/teams/`,
    }),
    folder,
    async close() {
      await Promise.all([azure.stop(), sink.close()]);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
