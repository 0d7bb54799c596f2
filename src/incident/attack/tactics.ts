/**
 * ATT&CK's tactics as an attack goes through them: those of the enterprise matrix, version 18.0 (October 2025), then the two
 * of the ICS matrix that Sentinel names.
 * https://attack.mitre.org/versions/v18/tactics/enterprise/ https://attack.mitre.org/versions/v18/tactics/ics/
 *
 * © The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.
 * https://attack.mitre.org/resources/legal-and-branding/terms-of-use/
 */
export const tacticTable = [
  { id: 'TA0043', name: 'Reconnaissance' },
  { id: 'TA0042', name: 'Resource Development' },
  { id: 'TA0001', name: 'Initial Access' },
  { id: 'TA0002', name: 'Execution' },
  { id: 'TA0003', name: 'Persistence' },
  { id: 'TA0004', name: 'Privilege Escalation' },
  { id: 'TA0005', name: 'Defense Evasion' },
  { id: 'TA0006', name: 'Credential Access' },
  { id: 'TA0007', name: 'Discovery' },
  { id: 'TA0008', name: 'Lateral Movement' },
  { id: 'TA0009', name: 'Collection' },
  { id: 'TA0011', name: 'Command and Control' },
  { id: 'TA0010', name: 'Exfiltration' },
  { id: 'TA0040', name: 'Impact' },
  { id: 'TA0107', name: 'Inhibit Response Function' },
  { id: 'TA0106', name: 'Impair Process Control' },
] as const;

export type TacticId = (typeof tacticTable)[number]['id'];

/**
 * What Microsoft says besides. Defender for Cloud's kill chain is older than ATT&CK's first two tactics, and Sentinel has
 * both. https://learn.microsoft.com/azure/defender-for-cloud/alerts-reference#mitre-attck-tactics
 */
export const microsoftsOwn: Readonly<Record<string, readonly TacticId[]>> = {
  PreAttack: ['TA0043', 'TA0042'],
  Probing: ['TA0001'],
  Exploitation: ['TA0001'],
};
