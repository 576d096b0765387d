import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const here = import.meta.dirname
const source = join(here, '..')

type Tree = { [key: string]: string | Tree }

/** Every message of a language by its full key, `projects.columns.name`. */
function messagesOf(language: string): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (tree: Tree, path: string) => {
    for (const [key, value] of Object.entries(tree)) {
      const full = path ? `${path}.${key}` : key
      if (typeof value === 'string') found.set(full, value)
      else walk(value, full)
    }
  }
  for (const file of readdirSync(join(here, language)).filter((name) => name.endsWith('.json'))) {
    walk({ [file.slice(0, -5)]: JSON.parse(readFileSync(join(here, language, file), 'utf8')) }, '')
  }
  return found
}

const english = messagesOf('en')
const chinese = messagesOf('zh-CN')

/** Argument names of an ICU message, each once. */
const argumentsOf = (message: string) =>
  [...new Set([...message.matchAll(/\{(\w+)(?=[},])/g)].map(([, name]) => name))].sort()

/** `crumbs.${key}` as a pattern: one segment where the value goes. */
function asPattern(template: string): RegExp {
  const fixed = template.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${fixed.join('[^.]+')}$`)
}

const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.'))
  .map((path) => {
    const text = readFileSync(join(source, path), 'utf8')
    return {
      path,
      text,
      spaces: [...text.matchAll(/(?:use|get)Translations\(\s*'([\w.]+)'\s*\)/g)].map(
        ([, space]) => space ?? '',
      ),
      templates: [...text.matchAll(/`([\w.-]*\$\{[^`]*)`/g)].map(([, template = '']) => asPattern(template)),
      dynamic: /\bt\([a-z]\w*(?:\.\w+)*(?: \|\| '\w+')?[,)]/.test(text),
    }
  })

/** True when a file that opens a namespace of the key names the rest of it, whole or as a template. */
function isUsed(key: string): boolean {
  return code.some(({ text, spaces, templates, dynamic }) =>
    spaces.some((space) => {
      if (!key.startsWith(`${space}.`)) return false
      const rest = key.slice(space.length + 1)
      if (text.includes(`'${rest}'`)) return true
      if (templates.some((template) => template.test(rest))) return true
      // t(value): the value stands as a word in some file of the feature.
      return dynamic && !rest.includes('.') && code.some((other) => other.text.includes(`'${rest}'`))
    }),
  )
}

describe('messages', () => {
  it('both languages have the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it.each([...english.keys()])('%s takes the same arguments in both languages', (key) => {
    const allowed = argumentsOf(english.get(key) ?? '')
    // Chinese has one plural form, so it may leave an argument of a form out, but never invent one.
    for (const name of argumentsOf(chinese.get(key) ?? '')) expect(allowed).toContain(name)
  })

  it('no message is empty or left in the other language', () => {
    for (const [key, text] of chinese) {
      expect(text.trim(), key).not.toBe('')
      const words = text.replace(/\{\w+\}|\{\w+, plural,|\bother\b/g, '')
      if (/[a-z]{4,}/.test(words))
        expect(words, key).toMatch(
          /[\u4e00-\u9fff]|Berth|API|Redis|Config|Docker|Helm|WebAssembly|CNAB|Cosign|Notation|Webhook/i,
        )
    }
  })

  it('every message is used somewhere', () => {
    const unused = [...english.keys()].filter((key) => !isUsed(key))
    expect(unused).toEqual([])
  })

  it('no visible text is written in the code', () => {
    // global-error stands alone by design; brand names are names.
    const written = code
      .filter(({ path }) => path.endsWith('.tsx') && !path.includes('global-error'))
      .flatMap(({ path, text }) =>
        [
          ...text.matchAll(
            /^\s*([A-Z][a-z]+(?: [a-z]+)+[.…]?)\s*$|(?:aria-label|placeholder|title|alt)="([^"{]*[a-z][^"{]*)"/gm,
          ),
        ].map((match) => `${path}: ${match[0].trim()}`),
      )
    expect(written).toEqual([])
  })
})
