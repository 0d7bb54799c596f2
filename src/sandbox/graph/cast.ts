/** What the directory holds of Contoso's accounts beside their names: by the part of the address before the @. */
export interface Part {
  /** Account of whom they report to. */
  manager?: string;
  /** Directory roles that they hold, and that they may take up. */
  roles?: RoleName[];
  eligible?: RoleName[];
  groups?: string[];
  /** As `methodsRegistered` names them. */
  methods?: string[];
  /** Days since the account was made, and since its password changed. */
  age?: number;
  passwordAge?: number;
  /** Never was in Active Directory. */
  cloudOnly?: true;
  risk?: { level: 'low' | 'medium' | 'high'; state: 'atRisk' | 'confirmedCompromised' | 'remediated' };
  /** Detections that no sign-in of a story shows: what it is, and how many days ago. */
  detections?: { type: string; level: 'low' | 'medium' | 'high'; daysAgo: number; address?: string }[];
}

/** https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference */
export const roleTemplates = {
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'Security Administrator': '194ae4cb-b126-40b2-bd5b-6091b380977d',
  'Security Operator': '5f2222b1-57c3-48ba-8ad5-d4759f1fde6f',
  'User Administrator': 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  'Reports Reader': '4a5d8f65-41da-4de4-8968-e035b65339cf',
} as const;
export type RoleName = keyof typeof roleTemplates;

const push = ['microsoftAuthenticatorPush', 'softwareOneTimePasscode'];

export const cast: Record<string, Part> = {
  olivia: { manager: 'lena', methods: push },
  adam: { manager: 'lena', methods: push, risk: { level: 'low', state: 'atRisk' } },
  priya: { manager: 'lena', methods: push },
  dora: { manager: 'lena', methods: push },
  lena: { manager: 'marcus', methods: ['passKeyDeviceBound'], eligible: ['Security Operator'] },
  marcus: { methods: push, roles: ['Reports Reader'] },
  vera: { manager: 'marcus', methods: push },
  amara: {
    manager: 'marcus',
    methods: ['passKeyDeviceBound', 'windowsHelloForBusiness'],
    roles: ['User Administrator'],
    eligible: ['Global Administrator'],
  },
  mallory: { manager: 'marcus', methods: push },
  guest: { methods: ['softwareOneTimePasscode'], age: 41, cloudOnly: true },
  'nina.berg': {
    manager: 'marcus',
    groups: ['Finance', 'Payments approvers'],
    methods: ['mobilePhone'],
    passwordAge: 203,
    risk: { level: 'high', state: 'atRisk' },
    detections: [{ type: 'suspiciousInboxForwarding', level: 'medium', daysAgo: 0 }],
  },
  'adm-keller': {
    manager: 'lena',
    roles: ['Global Administrator'],
    eligible: ['Security Administrator'],
    groups: ['Tier 0 administrators'],
    methods: ['microsoftAuthenticatorPush'],
    passwordAge: 88,
    risk: { level: 'high', state: 'atRisk' },
  },
  'svc-backup': {
    manager: 'amara',
    groups: ['Backup Operators', 'Service accounts'],
    age: 1_620,
    passwordAge: 1_140,
    risk: { level: 'medium', state: 'atRisk' },
    detections: [{ type: 'leakedCredentials', level: 'high', daysAgo: 9 }],
  },
  'svc-deploy': { groups: ['Service accounts'] },
  'svc-pay-report': { groups: ['Service accounts'], age: 5, passwordAge: 5 },
  'bg-01': {
    roles: ['Global Administrator'],
    methods: ['passKeyDeviceBound'],
    age: 1_310,
    passwordAge: 310,
    cloudOnly: true,
  },
};

/** What the ordinary account of its kind has. */
export const usualPart = { age: 900, passwordAge: 120 } as const;
