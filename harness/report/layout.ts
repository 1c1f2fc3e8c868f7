import { styleText } from 'node:util'

/** What a stretch of text means to its reader; the colour follows from it. */
export type Tone = 'good' | 'bad' | 'doubt' | 'faint' | 'strong'

export type Paint = (tone: Tone, text: string) => string

const formats = { good: 'green', bad: 'red', doubt: 'yellow', faint: 'dim', strong: 'bold' } as const

/** Paints for a terminal, or leaves text as it is. Whoever asks has looked at the stream, so it is not looked at again. */
export function painter(colour: boolean): Paint {
  return (tone, text) => (colour && text !== '' ? styleText(formats[tone], text, { validateStream: false }) : text)
}

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3001-\u303e\uff01-\uff60]/u
const flat = /[\p{Mn}\p{Me}]/u

/** Columns that printable text takes on a terminal. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  let columns = 0
  for (const char of text) columns += flat.test(char) ? 0 : wide.test(char) ? 2 : 1
  return columns
}

/** Text filled up with blanks on the right, to a number of columns. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}

/** Text in lines of at most so many columns, broken after blanks; a word that is longer than a line is cut. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/(?<= )/)) {
    if (line !== '' && columnsOf(line) + columnsOf(word.trimEnd()) > columns) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += word
    while (columnsOf(line.trimEnd()) > columns) {
      const head = fitting(line, columns)
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  if (line.trim() !== '' || lines.length === 0) lines.push(line.trimEnd())
  return lines
}

/** The longest beginning that fits, at least one character. */
function fitting(text: string, columns: number): string {
  let head = ''
  for (const char of text) {
    if (head !== '' && columnsOf(head + char) > columns) break
    head += char
  }
  return head
}
