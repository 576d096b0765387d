import type messages from '../messages/en/index.ts'
import type { Locale } from './locales.ts'

// Gives useTranslations its keys, so that a missing or misspelt one is a type error.
declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale
    Messages: typeof messages
  }
}
