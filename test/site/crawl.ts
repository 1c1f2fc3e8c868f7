import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** What is wrong with the links of a folder of pages, and how many were followed. */
export interface Crawl {
  readonly pages: number
  readonly links: number
  /** Links to a file or an anchor that is not there, ids that stand twice, pages that nothing leads to. */
  readonly broken: readonly string[]
  /** Addresses of the web. */
  readonly outside: readonly string[]
  /** Anything else that a page could load. */
  readonly loads: readonly string[]
}

/** Reads every page of a built site and follows every link of it. */
export function crawl(folder: string): Crawl {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  const pages = new Map(files.filter((file) => file.endsWith('.html')).map((file) => [file, partsOf(readFileSync(join(folder, file), 'utf8'))]))
  const broken: string[] = []
  const outside: string[] = []
  const reached = new Set(['index.html'])
  let links = 0
  for (const [file, { hrefs, ids }] of pages) {
    if (new Set(ids).size < ids.length) broken.push(`${file}: the id ${ids.find((id, index) => ids.indexOf(id) < index)} stands twice`)
    for (const href of hrefs) {
      links += 1
      if (/^[a-z]+:/i.test(href)) {
        outside.push(href)
        continue
      }
      const [path = '', anchor] = href.split('#')
      const target = path === '' ? file : normalize(join(dirname(file), path))
      reached.add(target)
      if (!files.includes(target)) broken.push(`${file}: ${href} is not there`)
      else if (anchor !== undefined && !pages.get(target)?.idSet.has(anchor)) broken.push(`${file}: ${href} has no such anchor`)
    }
  }
  for (const file of files) if (!reached.has(file) && !file.startsWith('.')) broken.push(`${file}: nothing leads to it`)
  return { pages: pages.size, links, broken, outside: [...new Set(outside)], loads: [...new Set([...pages.values()].flatMap(({ loads }) => loads))] }
}

function partsOf(html: string): { readonly hrefs: readonly string[]; readonly ids: readonly string[]; readonly idSet: ReadonlySet<string>; readonly loads: readonly string[] } {
  const body = html.replace(/<style>.*?<\/style>|<script>.*?<\/script>/gs, '')
  const ids = [...body.matchAll(/<[a-z0-9]+[^>]* id="([^"]*)"/g)].map(([, id = '']) => id)
  return {
    hrefs: [...body.matchAll(/<a [^>]*?href=(?:"([^"]*)"|([^\s>]+))/g)].map(([, quoted, bare]) => decoded(quoted ?? bare ?? '')),
    ids,
    idSet: new Set(ids),
    loads: [...body.matchAll(/<(?:link|img|iframe|object|embed|script|form|base)\b[^>]*|<[a-z]+[^>]* (?:src|srcset|style|on[a-z]+)=[^>]*/gi)].map(([tag]) => tag),
  }
}

function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
}
