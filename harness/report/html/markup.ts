import { inert, xml } from '../inert.ts'

/** Text that is HTML already. Only `markup` and `joined` make it, so whatever else is put into a template is escaped. */
export interface Markup {
  readonly html: string
}

/** What a template takes: text to be escaped, markup as it is, lists of either; nothing for undefined. */
export type Part = string | number | Markup | undefined | readonly Part[]

/** Characters kept of one text that is put into a template. */
const textLimit = 1000

/**
 * A template of HTML. Every text that is put into it becomes inert, bounded and escaped, in content and between double
 * quotes alike, so that no value can open an element, an attribute or a reference.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: strings.reduce((html, string, index) => html + shown(parts[index - 1]) + string) }
}

/** Lines that are inert already, such as those of a message, for the content of a `pre`. A hex dump may spell the start of a log command. */
export function preformatted(lines: readonly string[]): Markup {
  return { html: xml(lines.join('\n')).replaceAll('##', '#&#35;') }
}

/** The beginning of an element id for a name of any characters: letters, digits and dashes. */
export function slug(name: string): string {
  return name.replace(/[^A-Za-z0-9-]+/g, '-').slice(0, 80)
}

export const nothing: Markup = { html: '' }

function shown(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string') return xml(inert(part, textLimit))
  if (typeof part === 'number') return String(part)
  return isList(part) ? part.map(shown).join('') : part.html
}

function isList(part: Markup | readonly Part[]): part is readonly Part[] {
  return Array.isArray(part)
}
