/** Events of a provisioned resource that name what changed and no value. RFC 9967 §2.4. */
export const provisioningEvents = {
  created: 'urn:ietf:params:scim:event:prov:create:notice',
  changed: 'urn:ietf:params:scim:event:prov:patch:notice',
  deleted: 'urn:ietf:params:scim:event:prov:delete',
  activated: 'urn:ietf:params:scim:event:prov:activate',
  deactivated: 'urn:ietf:params:scim:event:prov:deactivate',
} as const
