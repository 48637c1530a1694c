/** The version of the widget; equal to the package's. */
export const VERSION = '0.1.0'
