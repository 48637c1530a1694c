/**
 * The form in which names, emails and userNames are compared. Computed here and never by SQL `lower()`, because
 * engines, versions and locales of PostgreSQL fold differently. The SCIM protocol folds the same way.
 */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
