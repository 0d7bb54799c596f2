/** The name of a product as people know it; many feeds still say that of before 2021. */
export function productName(name: string): string {
  return name === 'Azure Security Center' ? 'Microsoft Defender for Cloud' : name;
}
