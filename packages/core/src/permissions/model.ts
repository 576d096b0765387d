export interface Permission {
  resource: string
  action: string
  /** Where it is limited: patterns of the repositories in which it holds. */
  repositories?: string[]
}
