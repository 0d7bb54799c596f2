/** A sample alert, and what has to stand on its card in both rooms once everybody has told what they know. */
export interface EnrichedStory {
  sample: string;
  /** By name, as they are read on the card. */
  facts: string[];
}

/** First card at once, complete within this, on an idle machine with far sides that answer in `farSideMs`; the bench measures it. */
export const completeMs = 3_000;
export const farSideMs = 100;

export const stories: EnrichedStory[] = [
  {
    sample: 'identity-impossible-travel',
    facts: ['Account at risk: nina.berg@contoso.com is at high risk', 'malicious', 'Recife, BR'],
  },
  {
    sample: 'arm-role-elevation',
    facts: [
      'Privileged account: adm-keller@contoso.com is Global Administrator',
      'Password leaked: svc-backup@contoso.com',
      'role granted',
    ],
  },
  {
    sample: 'vm-reverse-shell',
    facts: [
      'Crown jewel: vm-pay-web-01',
      'Faces the internet: vm-pay-web-01',
      'Vulnerable: vm-pay-web-01',
      'malicious',
    ],
  },
  { sample: 'keyvault-enumeration', facts: ['Crown jewel: ', 'kv-payments', 'secrets read'] },
  {
    sample: 'storage-tor-access',
    facts: ['Password leaked: svc-backup@contoso.com', 'malicious', 'Tor exit'],
  },
  {
    sample: 'storage-mass-deletion',
    facts: ['Crown jewel: stcontosobackup', 'blobs deleted', 'soft delete off'],
  },
  {
    sample: 'vm-rdp-brute-force',
    facts: ['Crown jewel: vm-jump-01', 'RDP open to all', 'malicious'],
  },
  {
    sample: 'vm-shadow-copies-deleted',
    facts: ['Crown jewel: vm-dc-01', 'Password leaked: svc-backup@contoso.com'],
  },
  { sample: 'sql-injection', facts: ['Crown jewel: ', 'malicious'] },
  {
    sample: 'identity-mfa-fatigue',
    facts: [
      'Privileged account: adm-keller@contoso.com is Global Administrator',
      'Account at risk: adm-keller@contoso.com',
    ],
  },
];
