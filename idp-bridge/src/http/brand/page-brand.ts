import type { WorkspaceBrand } from '@plantel/db'

/** What of a workspace's brand a page shows; everything comes from our own origin. */
export interface PageBrand {
  name: string
  logoPath: string | undefined
  accentPath: string | undefined
}

/** The brand of a workspace, or its name alone. */
export function pageBrandOf(workspace: {
  id: string
  name: string
  brand: WorkspaceBrand | null
}): PageBrand {
  const { name, logoUrl, accent } = workspace.brand ?? {}
  return {
    name: name ?? workspace.name,
    logoPath: logoUrl === undefined ? undefined : `/sign-in/logo/${workspace.id}`,
    accentPath: accent === undefined ? undefined : `/sign-in/accent/${accent.slice(1)}.css`,
  }
}
