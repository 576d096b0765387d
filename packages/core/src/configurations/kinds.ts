export type ConfigurationValue = string | number | boolean

/** One setting of the product that administrators see under Harbor's name. */
export interface Configuration<V extends ConfigurationValue = ConfigurationValue> {
  /** Holds while nobody has set it. */
  fallback: V
  /** False: shown, so that clients know what is so, and not to be changed. */
  editable: boolean
  /** Why it cannot be changed, for those who try. */
  reason?: string
  /** Encrypted at rest, and never answered. */
  secret?: true
  /** The value in its one form; undefined refuses it. */
  parse(value: unknown): V | undefined
}

export const switchable = (fallback: boolean): Configuration<boolean> => ({
  fallback,
  editable: true,
  parse: (value) => (typeof value === 'boolean' ? value : undefined),
})

export const fixed = <V extends ConfigurationValue>(fallback: V, reason?: string): Configuration<V> => ({
  fallback,
  editable: false,
  ...(reason !== undefined && { reason }),
  parse: () => undefined,
})

/** One of these words. */
export const choice = (words: readonly [string, ...string[]]): Configuration<string> => ({
  fallback: words[0],
  editable: true,
  parse: (value) => words.find((word) => word === value),
})

/** Text of at most so many characters, without what no database takes; `check` may refuse it or give another form. */
export const text = (
  maxLength: number,
  fallback = '',
  check: (value: string) => string | undefined = (value) => value,
): Configuration<string> => ({
  fallback,
  editable: true,
  parse: (value) =>
    typeof value === 'string' && value.length <= maxLength && value.isWellFormed() && !value.includes('\0')
      ? check(value)
      : undefined,
})

export const secretText = (maxLength: number): Configuration<string> => ({ ...text(maxLength), secret: true })

export const wholeNumber = (fallback: number, least: number, most: number): Configuration<number> => ({
  fallback,
  editable: true,
  parse: (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? (value as number)
      : undefined,
})
