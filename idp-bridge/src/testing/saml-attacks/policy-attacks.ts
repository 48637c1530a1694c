import { assertionXml, fieldsOf, forgeResponse, type ResponseFields } from '../saml-forge.ts'
import type { Attack, AttackTheme } from './attack.ts'

const minute = 60_000

/** Genuine signatures on what is not for us, not now, or not an answer. */
export const policyAttacks: AttackTheme = (forge, mode) => {
  const { now } = forge
  const by = (
    name: string,
    outcome: Attack['outcome'],
    change: Partial<ResponseFields>,
  ): Attack => ({ name, outcome, response: forgeResponse(forge, mode, change) })
  const fields = fieldsOf(forge)
  const whole = assertionXml(fields)
  const part = (name: string): string =>
    new RegExp(`<saml:${name}[ >].*</saml:${name}>`).exec(whole)?.[0] ?? ''
  const conditions = part('Conditions')
  const confirmation = part('SubjectConfirmation')
  const wrongConfirmation = confirmation.replace(
    /Recipient="[^"]*"/,
    'Recipient="https://other.example"',
  )

  return [
    by('inside the skew: a minute early', 'accepted', {
      notBefore: now + minute,
      issuedAt: now + minute,
    }),
    by('inside the skew: over since half a minute', 'accepted', {
      notOnOrAfter: now - minute / 2,
      confirmedUntil: now - minute / 2,
    }),
    by('no AuthnStatement and no attributes', 'accepted', { statementsXml: '' }),
    by('no Issuer in the response', 'accepted', { responseIssuer: undefined }),
    by('unsolicited', 'accepted', { inResponseTo: undefined }),
    by('one confirmation of two holds', 'accepted', {
      confirmationXml: wrongConfirmation + confirmation,
    }),
    by('our audience among others', 'accepted', {
      conditionsXml: conditions.replace(
        '<saml:Audience>',
        '<saml:Audience>https://other.example</saml:Audience><saml:Audience>',
      ),
    }),
    by('SAML 1.1 response', 'version', { responseVersion: '1.1' }),
    by('SAML 1.1 assertion', 'version', { version: '1.1' }),
    by('status Requester', 'status', { status: 'urn:oasis:names:tc:SAML:2.0:status:Requester' }),
    by('status Responder', 'status', { status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' }),
    by('status that ends alike', 'status', { status: 'urn:evil:status:Success' }),
    by('another destination', 'destination', { destination: 'https://other.example/acs' }),
    by('the destination with another case', 'destination', {
      destination: fields.acsUrl.toUpperCase(),
    }),
    by('the destination with a slash', 'destination', { destination: `${fields.acsUrl}/` }),
    by('an empty destination', 'destination', { destination: '' }),
    by('no destination', mode === 'assertion' ? 'accepted' : 'destination', {
      destination: undefined,
    }),
    by('the response of another issuer', 'response_issuer', {
      responseIssuer: 'https://evil.example',
    }),
    by('an empty issuer of the response', 'response_issuer', { responseIssuer: '' }),
    by('the assertion of another issuer', 'assertion_issuer', {
      issuer: 'https://evil.example',
      responseIssuer: fields.issuer,
    }),
    by('an empty issuer of the assertion', 'assertion_issuer', {
      issuer: '',
      responseIssuer: fields.issuer,
    }),
    by('issued eleven minutes and more ago', 'issue_instant', { issuedAt: now - 12 * minute }),
    by('issued two minutes from now', 'issue_instant', { issuedAt: now + 2 * minute }),
    by('expired conditions', 'conditions', { notOnOrAfter: now - 2 * minute }),
    by('conditions of the future', 'conditions', { notBefore: now + 2 * minute }),
    by('no conditions', 'conditions', { conditionsXml: '<saml:Advice></saml:Advice>' }),
    by('conditions twice', 'conditions', { conditionsXml: conditions + conditions }),
    by('conditions without an end', 'conditions', {
      conditionsXml: conditions.replace(/ NotOnOrAfter="[^"]*"/, ''),
    }),
    by('conditions that end at no date', 'conditions', {
      conditionsXml: conditions.replace(/NotOnOrAfter="[^"]*"/, 'NotOnOrAfter="never"'),
    }),
    by('conditions that end in local time', 'conditions', {
      conditionsXml: conditions.replace(/NotOnOrAfter="([^"]*)Z"/, 'NotOnOrAfter="$1"'),
    }),
    by('a condition that nobody knows', 'conditions', {
      conditionsXml: conditions.replace(
        '</saml:Conditions>',
        '<saml:Condition></saml:Condition></saml:Conditions>',
      ),
    }),
    by('another audience', 'audience', { audience: 'https://other.example' }),
    by('an audience that begins alike', 'audience', {
      audience: `${fields.audience}.evil.example`,
    }),
    by('an empty audience', 'audience', { audience: '' }),
    by('no audience', 'audience', {
      conditionsXml: conditions.replace(
        /<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/,
        '',
      ),
    }),
    by('two audiences of which one is another', 'audience', {
      conditionsXml: conditions.replace(
        '</saml:Conditions>',
        '<saml:AudienceRestriction><saml:Audience>https://other.example</saml:Audience></saml:AudienceRestriction></saml:Conditions>',
      ),
    }),
    by('another recipient', 'subject_confirmation', { recipient: 'https://other.example/acs' }),
    by('the ACS of another connection', 'subject_confirmation', {
      recipient: fields.acsUrl.replace('c1', 'c2'),
    }),
    by('an empty recipient', 'subject_confirmation', { recipient: '' }),
    by('no recipient', 'subject_confirmation', {
      confirmationXml: confirmation.replace(/ Recipient="[^"]*"/, ''),
    }),
    by('an expired confirmation', 'subject_confirmation', { confirmedUntil: now - 2 * minute }),
    by('a confirmation without an end', 'subject_confirmation', {
      confirmationXml: confirmation.replace(/ NotOnOrAfter="[^"]*"/, ''),
    }),
    by('a confirmation of the future', 'subject_confirmation', {
      confirmationXml: confirmation.replace(
        ' NotOnOrAfter',
        ` NotBefore="${new Date(now + 2 * minute).toISOString()}" NotOnOrAfter`,
      ),
    }),
    by('a holder-of-key confirmation', 'subject_confirmation', {
      method: 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key',
    }),
    by('a sender-vouches confirmation', 'subject_confirmation', {
      method: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches',
    }),
    by('no confirmation', 'subject_confirmation', {
      confirmationXml: '<saml:BaseID></saml:BaseID>',
    }),
    by('a confirmation without data', 'subject_confirmation', {
      confirmationXml:
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"></saml:SubjectConfirmation>',
    }),
    by('the answer to another request outside', 'in_response_to', {
      responseInResponseTo: '_other',
    }),
    by('the answer to another request inside', 'in_response_to', {
      inResponseTo: '_other',
      responseInResponseTo: '_request',
    }),
    by('an answer outside, unsolicited inside', 'in_response_to', {
      inResponseTo: undefined,
      responseInResponseTo: '_request',
    }),
    by('no NameID', 'nameid', { nameIdXml: '' }),
    by('an empty NameID', 'nameid', { nameIdXml: '<saml:NameID></saml:NameID>' }),
    by('a NameID of spaces', 'nameid', { nameIdXml: '<saml:NameID>   </saml:NameID>' }),
    by('two NameIDs', 'nameid', {
      nameIdXml: '<saml:NameID>ana</saml:NameID><saml:NameID>admin</saml:NameID>',
    }),
    by('an enormous NameID', 'nameid', {
      nameIdXml: `<saml:NameID>${'a'.repeat(2_000)}</saml:NameID>`,
    }),
    by('an element within the NameID', 'value_shape', {
      nameIdXml: '<saml:NameID>ad<saml:x></saml:x>min</saml:NameID>',
    }),
    by('an encrypted NameID', 'nameid', { nameIdXml: '<saml:EncryptedID></saml:EncryptedID>' }),
    by('text between elements', 'value_shape', { extraInAssertion: 'admin' }),
  ]
}
