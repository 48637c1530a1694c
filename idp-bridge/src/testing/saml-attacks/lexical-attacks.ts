import { forgeResponse } from '../saml-forge.ts'
import { attack, type AttackTheme } from './attack.ts'

/** What parsers read differently, and what only costs time. */
export const lexicalAttacks: AttackTheme = (forge, mode) => {
  const xml = forgeResponse(forge, mode)
  const evil = forgeResponse(forge, mode, { subject: 'admin@example.com.evil.example' })
  const edit = (from: string | RegExp, to: string, source = xml): string => {
    const edited = source.replace(from, () => to)
    if (edited === source) throw new Error(`Nothing to edit: ${String(from)}`)
    return edited
  }
  const padded = (extra: string): string => edit('</samlp:Status>', `</samlp:Status>${extra}`)
  const inExtensions = (extra: string): string =>
    padded(`<samlp:Extensions>${extra}</samlp:Extensions>`)
  return [
    attack(
      'comment that truncates the NameID',
      'comment',
      edit('example.com.evil', 'example.com<!---->.evil', evil),
    ),
    attack('comment that hides the NameID', 'comment', edit('ana@', '<!--x-->ana@')),
    attack(
      'comment in the audience',
      'comment',
      edit('<saml:Audience>', '<saml:Audience><!--x-->'),
    ),
    attack(
      'comment in the digest',
      'comment',
      edit('<ds:DigestValue>', '<ds:DigestValue><!--AAAA-->'),
    ),
    attack(
      'comment in the signature value',
      'comment',
      edit('<ds:SignatureValue>', '<ds:SignatureValue><!--A-->'),
    ),
    attack('comment in SignedInfo', 'comment', edit('<ds:SignedInfo>', '<ds:SignedInfo><!--A-->')),
    attack('comment before the root', 'comment', `<!--x-->${xml}`),
    attack('comment after the root', 'comment', `${xml}<!--x-->`),
    attack(
      'processing instruction in the NameID',
      'processing_instruction',
      edit('ana@', 'a<?x y?>na@'),
    ),
    attack('processing instruction before the root', 'processing_instruction', `<?x y?>${xml}`),
    attack('processing instruction after the root', 'processing_instruction', `${xml}<?x?>`),
    attack('XML 1.1', 'processing_instruction', `<?xml version="1.1"?>${xml}`),
    attack(
      'another encoding declared',
      'processing_instruction',
      `<?xml version="1.0" encoding="UTF-7"?>${xml}`,
    ),
    attack(
      'CDATA around the NameID',
      'cdata',
      edit('ana@example.com<', '<![CDATA[ana@example.com]]><'),
    ),
    attack('CDATA with an assertion', 'cdata', padded('<![CDATA[<saml:Assertion/>]]>')),
    attack(
      'empty CDATA in the issuer',
      'cdata',
      edit('https://idp.example/metadata<', '<![CDATA[]]>https://idp.example/metadata<'),
    ),
    attack('document type', 'doctype', `<!DOCTYPE x>${xml}`),
    attack(
      'billion laughs',
      'doctype',
      `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${edit('ana@', '&b;@')}`,
    ),
    attack(
      'external entity',
      'doctype',
      `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${edit('ana@', '&a;@')}`,
    ),
    attack(
      'defaulted ID attribute',
      'doctype',
      `<!DOCTYPE x [<!ATTLIST x ID CDATA "_assertion">]>${xml}`,
    ),
    attack('text before the root', 'text_outside_root', `x${xml}`),
    attack('text after the root', 'text_outside_root', `${xml}x`),
    attack('byte order mark and text', 'text_outside_root', `\ufeff${xml}`),
    attack('second root', 'malformed', `${xml}${xml}`),
    attack('second, empty root', 'malformed', `${xml}<x/>`),
    attack('cut off', 'malformed', xml.slice(0, -3)),
    attack('overlapping elements', 'malformed', edit('</saml:Issuer>', '</saml:NameID>')),
    attack('undeclared entity', 'malformed', edit('ana@', '&ana;@')),
    attack('bare ampersand', 'malformed', edit('ana@', 'a&na@')),
    attack('attribute twice', 'malformed', edit(' Version=', ' Version="2.0" Version=')),
    attack('unbound prefix', 'malformed', padded('<un:bound/>')),
    attack('attribute without quotes', 'malformed', edit('Version="2.0"', 'Version=2.0')),
    attack('NUL', 'malformed', edit('ana@', 'ana\u0000@')),
    attack('character reference to NUL', 'malformed', edit('ana@', 'ana&#0;@')),
    attack('not UTF-8', 'malformed', Buffer.concat([Buffer.from(xml), Buffer.from([0xff])])),
    attack('UTF-16', 'malformed', Buffer.from(xml, 'utf16le')),
    attack('not XML', 'text_outside_root', 'ana@example.com'),
    attack('nothing', 'malformed', '', ''),
    attack(
      'base64 with the URL alphabet',
      'malformed',
      xml,
      `${Buffer.from(xml).toString('base64url')}-_-_`,
    ),
    attack(
      'base64 with a foreign character',
      'malformed',
      xml,
      `*${Buffer.from(xml).toString('base64')}`,
    ),
    attack(
      'base64 after its padding',
      'malformed',
      xml,
      `AA==${Buffer.from(xml).toString('base64')}`,
    ),
    attack('too large', 'size', padded(' '.repeat(256 * 1024))),
    attack(
      '1.2 MB of signatures',
      'size',
      padded('<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'.repeat(20_000)),
    ),
    attack('too many elements', 'elements', inExtensions('<a xmlns="urn:x"/>'.repeat(3_100))),
    attack(
      'too many attributes',
      'elements',
      inExtensions(`<a${Array.from({ length: 65 }, (_, index) => ` a${index}=""`).join('')}/>`),
    ),
    attack('too deep', 'depth', inExtensions(`${'<a>'.repeat(60)}${'</a>'.repeat(60)}`)),
    attack('20,000 deep', 'depth', inExtensions('<a>'.repeat(20_000))),
  ]
}
