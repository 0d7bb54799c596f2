import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { createCertificate } from '../../../src/sandbox/certificate.ts';
import { createBotFrameworkKey, signActivityToken } from '../../../src/sandbox/teams/token.ts';
import { launch } from '../child.ts';
import { teamsApp } from '../company.ts';
import { openFolder } from '../temporary.ts';
import { startWorker } from '../worker.ts';
import { type Chat, chatOver } from './chat.ts';

/** Everything around the product, each in a process of its own. */
export interface FarSide {
  chat: Chat;
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
  const { folder, remove } = openFolder('bench');
  const certificate = await createCertificate();
  const file = (name: string, content: string) => {
    fs.writeFileSync(path.join(folder, name), content, { mode: 0o600 });
    return path.join(folder, name);
  };
  const caFile = file('ca.pem', certificate.ca);
  const azure = await launch({
    file: 'far-side/azure.ts',
    env: { CERTIFICATE: file('cert.pem', certificate.cert), KEY: file('key.pem', certificate.key) },
    log: path.join(folder, 'azure.log'),
    ca: certificate.ca,
  });
  const key = await createBotFrameworkKey();
  const sink = startWorker('far-side/sink.ts');
  const chatUrl = await sink.ask('open', key.published, z.string());
  const serviceUrl = `${chatUrl}/teams/`;
  return {
    chat: chatOver(sink, chatUrl),
    azureUrl: azure.url,
    caFile,
    teamsToken: await signActivityToken({ key, audience: teamsApp.clientId, serviceUrl }),
    folder,
    async close() {
      await Promise.all([azure.stop(), sink.stop()]);
      remove();
    },
  };
}
