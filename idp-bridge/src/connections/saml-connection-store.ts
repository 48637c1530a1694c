import type { WorkspaceTransaction } from '@plantel/db'

import type { SamlConnection } from './sso-connection.ts'

/** What a connection has because it speaks SAML; undefined when it doesn't. */
export async function readSamlParts(
  { query, workspaceId }: WorkspaceTransaction,
  connectionId: string,
): Promise<
  Pick<SamlConnection, 'signOnUrl' | 'signOnBinding' | 'logout' | 'idpCertificates'> | undefined
> {
  const [settings, certificates] = await Promise.all([
    query
      .selectFrom('saml_settings')
      .select(['sign_on_url', 'sign_on_binding', 'logout_url', 'logout_binding', 'single_logout'])
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connectionId)
      .executeTakeFirst(),
    query
      .selectFrom('saml_idp_certificates')
      .select('certificate')
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connectionId)
      .orderBy('added_at', 'desc')
      .orderBy('fingerprint')
      .execute(),
  ])
  if (settings === undefined) return undefined
  const { logout_url: url, logout_binding: binding, single_logout: isOn } = settings
  return {
    signOnUrl: settings.sign_on_url,
    signOnBinding: settings.sign_on_binding,
    logout: isOn && url !== null && binding !== null ? { url, binding } : null,
    idpCertificates: certificates.map(({ certificate }) => certificate),
  }
}
