/** What keeps its capitals inside a name: systems, programs and protocols, which are called so. */
const proper = [
  'Active Setup',
  'Admin Shares',
  'Bluetooth',
  'Command Shell',
  'Component Object Model',
  'Conditional Access',
  'Control Panel',
  'Credential Manager',
  'Dynamic Data Exchange',
  'Group Policy',
  'Kerberos',
  'Linux',
  'Mac',
  'Python',
  'Regasm',
  'Remote Desktop Protocol',
  'Remote Desktop',
  'Remote Management',
  'Security Account Manager',
  'Terminal Services',
  'Unix',
  'Visual Basic',
  'Wi-Fi',
  'Windows Management Instrumentation',
  'Windows',
];
const capitals = new RegExp(String.raw`\b(?:${proper.join('|')})\b|(?<!^)\b\p{Lu}\p{Ll}+\b`, 'gu');

/** `Password Spraying` as people read it: `Password spraying`. */
export function inSentenceCase(name: string): string {
  return name.replace(capitals, (word) => (proper.includes(word) ? word : word.toLowerCase()));
}
