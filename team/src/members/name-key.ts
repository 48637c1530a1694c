/**
 * How people sort and search names: without case and without accents, so that *angel* finds *Ángel* and he stands among
 * the A. Only for people's screens: SCIM compares by `fold`, which keeps accents apart.
 */
export function nameKey(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
