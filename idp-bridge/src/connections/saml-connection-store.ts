import type { Sealer, WorkspaceTransaction } from '@plantel/db'

import type { SamlConnection } from './sso-connection.ts'

/** Where our private keys are stored; they open nowhere else. */
export const samlKeyPlace = 'saml_keys.sealed_private_key'

/** What a connection has because it speaks SAML; undefined when it doesn't. */
export async function readSamlParts(
  { query, workspaceId }: WorkspaceTransaction,
  sealer: Sealer,
  connectionId: string,
): Promise<
  | Pick<SamlConnection, 'signOnUrl' | 'signOnBinding' | 'logout' | 'idpCertificates' | 'keys'>
  | undefined
> {
  const [settings, certificates, keys] = await Promise.all([
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
    query
      .selectFrom('saml_keys')
      .select(['state', 'certificate', 'sealed_private_key'])
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connectionId)
      .orderBy('created_at', 'desc')
      .execute(),
  ])
  if (settings === undefined) return undefined
  const { logout_url: url, logout_binding: binding, single_logout: isOn } = settings
  return {
    signOnUrl: settings.sign_on_url,
    signOnBinding: settings.sign_on_binding,
    logout: isOn && url !== null && binding !== null ? { url, binding } : null,
    idpCertificates: certificates.map(({ certificate }) => certificate),
    keys: keys.map(({ state, certificate, sealed_private_key: sealed }) => ({
      state,
      certificate,
      privateKey: sealer.open(sealed, samlKeyPlace),
    })),
  }
}
