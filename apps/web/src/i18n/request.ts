import { cookies, headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import en from '../messages/en/index.ts'
import zhCn from '../messages/zh-CN/index.ts'
import { isLocale, localeCookie, matchLocale } from './locales.ts'

/** The cookie's language, else the browser's. Times are formatted by @berth/ui in the person's own zone. */
export default getRequestConfig(async () => {
  const chosen = (await cookies()).get(localeCookie)?.value
  const locale = isLocale(chosen) ? chosen : matchLocale((await headers()).get('accept-language'))
  return { locale, messages: locale === 'en' ? en : zhCn, timeZone: 'UTC' }
})
