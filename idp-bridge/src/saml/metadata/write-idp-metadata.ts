/** What we know of an identity provider, as it would say it itself. SAML Metadata §2.4.3. */
import type { WorkspaceTransaction } from '@plantel/db'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
}

/** Metadata of which the same SAML connection can be made again; undefined when the workspace has no such one. */
export async function writeIdpMetadata(
  { query, workspaceId }: WorkspaceTransaction,
  connectionId: string,
): Promise<string | undefined> {
  const [settings, certificates] = await Promise.all([
    query
      .selectFrom('sso_connections')
      .innerJoin('saml_settings', (join) =>
        join
          .onRef('saml_settings.workspace_id', '=', 'sso_connections.workspace_id')
          .onRef('saml_settings.connection_id', '=', 'sso_connections.id'),
      )
      .select(['issuer', 'sign_on_url', 'sign_on_binding', 'logout_url', 'logout_binding'])
      .where('sso_connections.workspace_id', '=', workspaceId)
      .where('sso_connections.id', '=', connectionId)
      .executeTakeFirst(),
    query
      .selectFrom('saml_idp_certificates')
      .select('certificate')
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connectionId)
      .orderBy('fingerprint')
      .execute(),
  ])
  if (settings === undefined) return undefined
  const { logout_url: logoutUrl, logout_binding: logoutBinding } = settings
  const keys = certificates.map(
    ({ certificate }) =>
      `<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate.replace(/-----.*-----|\s/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  )
  const logout =
    logoutUrl === null || logoutBinding === null
      ? ''
      : service('SingleLogoutService', logoutBinding, logoutUrl)
  const signOn = service('SingleSignOnService', settings.sign_on_binding, settings.sign_on_url)
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${escape(settings.issuer)}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join('')}${logout}${signOn}</md:IDPSSODescriptor></md:EntityDescriptor>`
}

function service(name: string, binding: 'redirect' | 'post', url: string): string {
  const suffix = binding === 'redirect' ? 'Redirect' : 'POST'
  return `<md:${name} Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${suffix}" Location="${escape(url)}"/>`
}

function escape(text: string): string {
  return text.replace(/[&<"]/g, (character) => escapes[character] ?? character)
}
