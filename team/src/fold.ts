/**
 * The form in which names, emails and userNames are compared. Computed here and never by SQL `lower()`, because
 * engines, versions and locales of PostgreSQL fold differently. The SCIM protocol folds the same way.
 */
export function fold(text: string): string {
  // Lower case of a final sigma depends on its neighbours; levelled, a prefix stays a prefix.
  return text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ')
}
