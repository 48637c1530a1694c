/** Where an identity provider sends its requests; holds no underscore, because Okta refuses one. */
export function scimBaseUrl(publicUrl: string, connectionId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/scim/v2/${connectionId}`
}
