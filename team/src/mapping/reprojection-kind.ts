/** The kind of the job that gives many people what new rules say. */
export const reprojectionKind = 'rules.reproject'
