/** Key of the role that every preset has on top; its holders answer for the workspace. */
export const ownerRoleKey = 'owner'
