const marker = '[redacted]'
/** Below this length a secret is too common a text to be replaced inside of words. */
const shortest = 4
/** The part of a longer base64 text that a secret alone decides is replaced from this length on. */
const shortestCore = 8

/**
 * A function that replaces secrets in a text by `[redacted]`.
 *
 * Besides the secret itself, its base64, base64url, hex and URL-encoded spellings and that inside a JSON string are
 * replaced, base64 also where the secret stands in the middle of what was encoded (`user:secret`); for `whsec_…` and
 * `whsk_…` those of the decoded key, too. The longest spelling wins. A secret of fewer than four characters is only
 * replaced where no letter or digit adjoins it. Empty secrets are ignored.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const spellings = new Set<string>()
  const tokens = new Set<string>()
  for (const secret of secrets) {
    if (secret.length >= shortest) for (const spelling of spellingsOf(secret)) spellings.add(spelling)
    else if (secret !== '') tokens.add(secret)
  }
  if (spellings.size + tokens.size === 0) return (text) => text
  const longestFirst = [...spellings, ...tokens].toSorted((a, b) => b.length - a.length)
  let pattern: RegExp | undefined
  return (text) => {
    // Most texts hold no secret: to look is cheap, and the pattern of a secret that is never found is never compiled.
    if (!longestFirst.some((spelling) => text.includes(spelling))) return text
    pattern ??= new RegExp(longestFirst.map((spelling) => (tokens.has(spelling) ? asToken(spelling) : escaped(spelling))).join('|'), 'gu')
    return text.replace(pattern, marker)
  }
}

function* spellingsOf(secret: string): Generator<string> {
  yield secret
  yield JSON.stringify(secret).slice(1, -1)
  yield* urlEncodings(secret)
  yield* byteSpellings(Buffer.from(secret, 'utf8'))
  const encoded = /^wh(?:sec|sk)_(.+)$/s.exec(secret)?.[1]
  if (encoded === undefined || encoded.length < shortest) return
  yield* spellingsOf(encoded)
  const key = Buffer.from(encoded, 'base64')
  if (key.length < shortest) return
  yield key.toString('latin1')
  yield key.toString('utf8')
  yield* byteSpellings(key)
}

function* urlEncodings(secret: string): Generator<string> {
  const encoded = new URLSearchParams({ '': secret }).toString().slice(1)
  const component = encodeURIComponent(Buffer.from(secret, 'utf8').toString('utf8'))
  for (const spelling of [encoded, encoded.replaceAll('+', '%20'), component]) {
    yield spelling
    yield spelling.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
  }
}

function* byteSpellings(bytes: Buffer): Generator<string> {
  yield bytes.toString('hex')
  yield bytes.toString('hex').toUpperCase()
  for (const spelling of base64Spellings(bytes)) {
    yield spelling
    yield spelling.replaceAll('+', '-').replaceAll('/', '_')
  }
}

/** Whole, without padding, and for each place among three bytes the characters that no neighbour takes part in. */
function* base64Spellings(bytes: Buffer): Generator<string> {
  yield bytes.toString('base64')
  yield bytes.toString('base64').replace(/=+$/, '')
  for (const before of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes])
    const core = shifted.toString('base64').slice(Math.ceil((before * 4) / 3), Math.floor((shifted.length * 4) / 3))
    if (core.length >= shortestCore) yield core
  }
}

function asToken(text: string): string {
  return `(?<![\\p{L}\\p{N}])${escaped(text)}(?![\\p{L}\\p{N}])`
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
