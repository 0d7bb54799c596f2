import type { Instant } from '../../incident/alert.ts';

/** `no backups`, `one backup`, `3 backups`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  if (count === 0) return `no ${many}`;
  return count === 1 ? `one ${one}` : `${count} ${many}`;
}

/** `2026-11-16`. */
export const day = (at: Instant): string => at.slice(0, 10);

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Microsoft's names taken apart: `NoSensorData` → `no sensor data`, `maliciousIPAddress` → `malicious IP address`. */
export function inWords(names: string): string {
  return names
    .replace(/\s*,\s*/g, ', ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/\w*[a-z]\w*/g, (word) => word.toLowerCase());
}
