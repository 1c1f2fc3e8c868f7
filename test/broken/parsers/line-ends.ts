import { breaking } from './broken-parser.ts'
import { CharacterSplitter, type LineSplitter, type ParserParts } from './parted-parser.ts'

/** Wrong about where a line ends. */
export const lineEndFaults = [
  ...breaking('line-ends', {
    'knows no CR': splitting(/\r?\n/),
    'knows LF alone': splitting(/\n/),
    'knows CRLF alone': splitting(/\r\n/),
    'knows no LF': splitting(/\r\n?/),
  }),
  ...breaking('no-other-line-ends', {
    'ends lines at U+2028 and U+2029': { unmark: () => alsoEndingAt(/[\u2028\u2029]/g) },
    'ends lines at U+0085': { unmark: () => alsoEndingAt(/\u0085/g) },
    'ends lines at vertical tab and form feed': { unmark: () => alsoEndingAt(/[\v\f]/g) },
    'ends lines at the separators of ASCII': { unmark: () => (text) => [...text.replace(/^\ufeff/, '')].map((character) => ('\u001c\u001d\u001e'.includes(character) ? '\n' : character)).join('') },
    'ends lines at a backslash and an n': { unmark: () => alsoEndingAt(/\\n/g) },
  }),
  ...breaking('split-crlf', {
    'takes a CRLF that is cut for two line ends': { splitter: () => new ChunkwiseSplitter() },
    'passes over the next LF, however late': { splitter: () => new ForgetfulSplitter() },
  }),
  ...breaking('mixed-line-ends', {
    'passes over every LF behind a CR': { splitter: () => new GreedySplitter() },
    'goes by the first line end': { splitter: () => new LoyalSplitter() },
    'takes LF CR for one line end': splitting(/\r\n?|\n\r?/),
    'ends blocks only at two equal line ends': { splitter: () => new EqualSplitter() },
  }),
  ...breaking('cr-at-end', {
    'keeps a CR for the byte that never comes': { splitter: () => new WaitingSplitter() },
  }),
  ...breaking('cr-at-once', {
    'waits for the byte behind CR, or for the end': { splitter: () => new WaitingSplitter(), end: (_, rest, takeLine) => void (rest.endsWith('\r') && takeLine(rest.slice(0, -1))) },
  }),
  ...breaking('chunks', {
    'takes the end of a chunk for the end of a line': { splitter: () => new RestlessSplitter((rest) => [rest]) },
    'forgets the line that a chunk begins': { splitter: () => new RestlessSplitter(() => []) },
  }),
]

function splitting(lineEnd: RegExp): Partial<ParserParts> {
  return { splitter: () => new PatternSplitter(lineEnd) }
}

/** Splits what has come by a pattern. */
class PatternSplitter implements LineSplitter {
  readonly #lineEnd: RegExp
  rest = ''

  constructor(lineEnd: RegExp) {
    this.#lineEnd = lineEnd
  }

  push(text: string): readonly string[] {
    const lines = (this.rest + text).split(this.#lineEnd)
    this.rest = lines.pop() ?? ''
    return lines
  }
}

function alsoEndingAt(character: RegExp): (text: string) => string {
  return (text) => text.replace(/^\ufeff/, '').replace(character, '\n')
}

/** Knows no chunk but the one at hand. */
class ChunkwiseSplitter extends CharacterSplitter {
  override push(text: string): readonly string[] {
    const lines = new CharacterSplitter()
    lines.rest = this.rest
    const ended = lines.push(text)
    this.rest = lines.rest
    return ended
  }
}

class ForgetfulSplitter implements LineSplitter {
  rest = ''
  #afterCarriageReturn = false

  push(text: string): readonly string[] {
    const lines: string[] = []
    for (const character of text) {
      if (character === '\n' && this.#afterCarriageReturn) this.#afterCarriageReturn = false
      else if (character === '\r' || character === '\n') {
        this.#afterCarriageReturn = character === '\r'
        lines.push(this.rest)
        this.rest = ''
      } else this.rest += character
    }
    return lines
  }
}

class GreedySplitter implements LineSplitter {
  rest = ''
  #afterCarriageReturn = false

  push(text: string): readonly string[] {
    const lines: string[] = []
    for (const character of text) {
      if (character === '\n' && this.#afterCarriageReturn) continue
      this.#afterCarriageReturn = character === '\r'
      if (character === '\r' || character === '\n') {
        lines.push(this.rest)
        this.rest = ''
      } else this.rest += character
    }
    return lines
  }
}

class LoyalSplitter implements LineSplitter {
  rest = ''
  #lineEnd: string | undefined

  push(text: string): readonly string[] {
    const whole = this.rest + text
    // A CR that is last may become CRLF.
    this.#lineEnd ??= /\r\n|\r(?!$)|\n/.exec(whole)?.[0]
    const lines = this.#lineEnd === undefined ? [whole] : whole.split(this.#lineEnd)
    this.rest = lines.pop() ?? ''
    return lines
  }
}

/** Looks for the end of a block as LF LF, CR CR or CRLF CRLF, and only then for lines. */
class EqualSplitter implements LineSplitter {
  rest = ''

  push(text: string): readonly string[] {
    const blocks = (this.rest + text).split(/\r\n\r\n|\n\n|\r\r/)
    this.rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => [...block.split(/\r\n|\r|\n/).filter((line) => line !== ''), ''])
  }
}

/** Looks at CR only when the byte behind it is there. */
class WaitingSplitter implements LineSplitter {
  rest = ''

  push(text: string): readonly string[] {
    const lines = (this.rest + text).split(/\r\n|\r(?!$)|\n/)
    this.rest = lines.pop() ?? ''
    return lines
  }
}

class RestlessSplitter implements LineSplitter {
  readonly rest = ''
  readonly #atChunkEnd: (rest: string) => readonly string[]

  constructor(atChunkEnd: (rest: string) => readonly string[]) {
    this.#atChunkEnd = atChunkEnd
  }

  push(text: string): readonly string[] {
    const lines = new CharacterSplitter()
    const ended = lines.push(text)
    return lines.rest === '' ? ended : [...ended, ...this.#atChunkEnd(lines.rest)]
  }
}
