export interface Permission {
  resource: string
  action: string
}
