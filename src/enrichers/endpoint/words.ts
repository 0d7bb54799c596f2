/** Microsoft's words taken apart: `NoSensorData` → `no sensor data`, `Interactive,Network` → `interactive, network`. */
export function inWords(names: string): string {
  return names
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .split(/\s*,\s*/)
    .join(', ')
    .toLowerCase();
}
