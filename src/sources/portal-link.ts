/** Portals that a link on a card may lead to, public and sovereign clouds. */
const portals = [
  'portal.azure.com',
  'portal.azure.us',
  'portal.azure.cn',
  'security.microsoft.com',
  'security.microsoft.us',
  'security.microsoft.cn',
];

/** The first of these links that leads into a Microsoft portal over https; empty where none does. */
export function portalLink(...candidates: string[]): string {
  for (const candidate of candidates) {
    const url = URL.parse(candidate);
    if (url?.protocol !== 'https:' || url.username || url.password || url.port) continue;
    if (portals.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`))) return url.href;
  }
  return '';
}
