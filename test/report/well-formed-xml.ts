/** An element of a document that was found well-formed. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
}

const name = '[A-Za-z_][\\w.-]*'
const reference = '&(?:amp|lt|gt|quot|apos|#\\d+|#x[\\da-fA-F]+);'
const attribute = new RegExp(`\\s+(${name})="((?:[^<&"]|${reference})*)"`, 'y')
const text = new RegExp(`(?:[^<&\\]]|\\](?!\\]>)|${reference})*`, 'y')
const open = new RegExp(`<(${name})`, 'y')
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** Reads the part of XML 1.0 that reports use, and throws at anything else: comments, CDATA, DTDs, stray characters. */
export function wellFormedXml(document: string): XmlElement {
  if (forbidden.test(document)) throw new Error('a character that XML 1.0 forbids')
  let at = /^<\?xml version="1\.0" encoding="UTF-8"\?>/.exec(document)?.[0].length ?? 0
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(document)
    if (found) at = pattern.lastIndex
    return found
  }
  const expect = (token: string) => {
    if (!document.startsWith(token, at)) throw new Error(`expected ${token} at ${at}: ${document.slice(at, at + 60)}`)
    at += token.length
  }
  const element = (): XmlElement => {
    const opened = take(open)?.[1]
    if (opened === undefined) throw new Error(`expected an element at ${at}: ${document.slice(at, at + 60)}`)
    const attributes: Record<string, string> = {}
    for (let found = take(attribute); found; found = take(attribute)) {
      const [, key = '', value = ''] = found
      if (key in attributes) throw new Error(`attribute ${key} twice`)
      attributes[key] = value
    }
    const children: XmlElement[] = []
    if (document.startsWith('/>', at)) {
      at += 2
      return { name: opened, attributes, children }
    }
    expect('>')
    take(text)
    while (!document.startsWith('</', at)) {
      children.push(element())
      take(text)
    }
    expect(`</${opened}>`)
    return { name: opened, attributes, children }
  }
  const root = element()
  if (document.slice(at).trim() !== '') throw new Error('something after the root')
  return root
}

/** Every element of this name, in the order of the document. */
export function elements(root: XmlElement, wanted: string): readonly XmlElement[] {
  return [...(root.name === wanted ? [root] : []), ...root.children.flatMap((child) => elements(child, wanted))]
}
