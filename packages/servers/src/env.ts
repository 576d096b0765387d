/** The only part of our environment that a started server may see. */
export const searchPath = process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin'
