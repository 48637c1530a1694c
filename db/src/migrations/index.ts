import type { Migration } from 'kysely/migration'

import { up as workspaces } from './0001-workspaces.ts'
import { up as people } from './0002-people.ts'
import { up as directory } from './0003-directory.ts'
import { up as signIn } from './0004-sign-in.ts'
import { up as events } from './0005-events.ts'
import { up as tenancy } from './0006-tenancy.ts'
import { up as scimAccess } from './0007-scim-access.ts'
import { up as teamSettings } from './0008-team-settings.ts'
import { up as apiCalls } from './0009-api-calls.ts'
import { up as mappingRules } from './0010-mapping-rules.ts'
import { up as invitations } from './0011-invitations.ts'
import { up as jobs } from './0012-jobs.ts'
import { up as memberLists } from './0012-member-lists.ts'
import { up as selections } from './0012-selections.ts'
import { up as tableImports } from './0012-table-imports.ts'
import { up as erasure } from './0013-erasure.ts'
import { up as nestedGroups } from './0014-nested-groups.ts'
import { up as scimSpeed } from './0015-scim-speed.ts'
import { up as passwords } from './0016-passwords.ts'
import { up as saml } from './0020-saml.ts'
import { up as scimDocuments } from './0030-scim-documents.ts'
import { up as departmentChannels } from './0031-department-channels.ts'
import { up as deferredEvents } from './0032-deferred-events.ts'
import { up as formerAddresses } from './0033-former-addresses.ts'
import { up as directorySpeed } from './0035-directory-speed.ts'
import { up as expiryWarnings } from './0036-expiry-warnings.ts'
import { up as ssoSettings } from './0037-sso-settings.ts'
import { up as revocations } from './0038-revocations.ts'
import { up as signInRefusals } from './0039-sign-in-refusals.ts'
import { up as webhooks } from './0040-webhooks.ts'
import { up as history } from './0041-history.ts'
import { up as handovers } from './0042-handovers.ts'
import { up as presence } from './0043-presence.ts'
import { up as availability } from './0044-availability.ts'
import { up as clientKeys } from './0046-client-keys.ts'
import { up as domainChecks } from './0047-domain-checks.ts'
import { up as scimEvents } from './0048-scim-events.ts'
import { up as grownTables } from './0050-grown-tables.ts'
import { up as indirectGroups } from './0051-indirect-groups.ts'
import { up as outbox } from './0052-outbox.ts'
import { up as memberSearch } from './0053-member-search.ts'
import { up as auditSeals } from './0054-audit-seals.ts'
import { up as onlineMembers } from './0055-online-members.ts'
import { up as retiredValues } from './0056-retired-values.ts'
import { up as namesOfFoundPeople } from './0057-names-of-found-people.ts'
import { up as ruleSetChanges } from './0060-rule-set-changes.ts'
import { up as refusedChanges } from './0063-refused-changes.ts'
import { up as ownerLoss } from './0065-owner-loss.ts'
import { up as requestDetails } from './0068-request-details.ts'
import { up as keptPlans } from './0070-kept-plans.ts'
import { up as writtenInPlace } from './0071-written-in-place.ts'
import { up as dueAuditChains } from './0072-due-audit-chains.ts'
import { up as emailChanges } from './0080-email-changes.ts'
import { up as unreadStatistics } from './0086-unread-statistics.ts'
import { up as orderOfSeats } from './0087-order-of-seats.ts'
import { up as countedEvents } from './0088-counted-events.ts'

/** In order of their names. Never edited once released: a change is a new one. */
export const migrations: Record<string, Migration> = {
  '0001-workspaces': { up: workspaces },
  '0002-people': { up: people },
  '0003-directory': { up: directory },
  '0004-sign-in': { up: signIn },
  '0005-events': { up: events },
  '0006-tenancy': { up: tenancy },
  '0007-scim-access': { up: scimAccess },
  '0008-team-settings': { up: teamSettings },
  '0009-api-calls': { up: apiCalls },
  '0010-mapping-rules': { up: mappingRules },
  '0011-invitations': { up: invitations },
  '0012-jobs': { up: jobs },
  '0012-member-lists': { up: memberLists },
  '0012-selections': { up: selections },
  '0012-table-imports': { up: tableImports },
  '0013-erasure': { up: erasure },
  '0014-nested-groups': { up: nestedGroups },
  '0015-scim-speed': { up: scimSpeed },
  '0016-passwords': { up: passwords },
  '0020-saml': { up: saml },
  '0030-scim-documents': { up: scimDocuments },
  '0031-department-channels': { up: departmentChannels },
  '0032-deferred-events': { up: deferredEvents },
  '0033-former-addresses': { up: formerAddresses },
  '0035-directory-speed': { up: directorySpeed },
  '0036-expiry-warnings': { up: expiryWarnings },
  '0037-sso-settings': { up: ssoSettings },
  '0038-revocations': { up: revocations },
  '0039-sign-in-refusals': { up: signInRefusals },
  '0040-webhooks': { up: webhooks },
  '0041-history': { up: history },
  '0042-handovers': { up: handovers },
  '0043-presence': { up: presence },
  '0044-availability': { up: availability },
  '0046-client-keys': { up: clientKeys },
  '0047-domain-checks': { up: domainChecks },
  '0048-scim-events': { up: scimEvents },
  '0050-grown-tables': { up: grownTables },
  '0051-indirect-groups': { up: indirectGroups },
  '0052-outbox': { up: outbox },
  '0053-member-search': { up: memberSearch },
  '0054-audit-seals': { up: auditSeals },
  '0055-online-members': { up: onlineMembers },
  '0056-retired-values': { up: retiredValues },
  '0057-names-of-found-people': { up: namesOfFoundPeople },
  '0060-rule-set-changes': { up: ruleSetChanges },
  '0063-refused-changes': { up: refusedChanges },
  '0065-owner-loss': { up: ownerLoss },
  '0068-request-details': { up: requestDetails },
  '0070-kept-plans': { up: keptPlans },
  '0071-written-in-place': { up: writtenInPlace },
  '0072-due-audit-chains': { up: dueAuditChains },
  '0080-email-changes': { up: emailChanges },
  '0086-unread-statistics': { up: unreadStatistics },
  '0087-order-of-seats': { up: orderOfSeats },
  '0088-counted-events': { up: countedEvents },
}
