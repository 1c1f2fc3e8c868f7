import { parseJson } from '../../profile/json-pointer.ts'

/**
 * Other spellings of the same JSON value: equal after parsing, different as bytes.
 *
 * Each takes compact JSON text and answers undefined where the value offers no place for it (RFC 8259 allows them all).
 */
export const spellings: Readonly<Record<string, { readonly title: string; readonly of: (text: string) => string | undefined }>> = {
  'spaced': { title: 'a space after every comma and colon', of: spaced },
  'pretty': { title: 'two spaces of indentation', of: (text) => withDocument(text, (document) => JSON.stringify(document, null, 2)) },
  'escaped-letter': { title: 'a letter written as \\u and four digits', of: respelledEscape },
  'escaped-slash': { title: 'a slash written as \\/', of: (text) => (text.includes('/') ? text.replace('/', '\\/') : undefined) },
  'trailing-zero': { title: 'a number with a trailing zero', of: (text) => replaceNumber(text, (number) => (number.includes('.') ? `${number}0` : `${number}.0`)) },
  'exponent': { title: 'a number with an exponent', of: (text) => replaceNumber(text, (number) => `${number}e0`) },
  'windows-newlines': { title: 'indentation with CR LF', of: (text) => withDocument(text, (document) => JSON.stringify(document, null, 1).replaceAll('\n', '\r\n')) },
}

/** A space after every comma and colon outside strings: what Python's json.dumps writes. */
export function spaced(text: string): string | undefined {
  if (parseJson(text) === undefined) return undefined
  const wide = outsideStrings(text, (piece) => piece.replaceAll(',', ', ').replaceAll(':', ': '))
  return wide === text ? undefined : wide
}

/** The last lower-case letter of the last string value is written as an escape. */
export function respelledEscape(text: string): string | undefined {
  const strings = [...text.matchAll(/:\s*"((?:[^"\\]|\\.)*)"/g)]
  const last = strings.findLast((match) => /^[ -~]*[a-z][ -~]*$/.test(match[1] ?? '') && !(match[1] ?? '').includes('\\'))
  if (last?.index === undefined) return undefined
  const value = last[1] ?? ''
  const start = last.index + last[0].length - 1 - value.length
  const at = start + value.search(/[a-z](?!.*[a-z])/)
  return `${text.slice(0, at)}\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}${text.slice(at + 1)}`
}

/** The first integer or decimal that is a member's value, written differently. */
function replaceNumber(text: string, spell: (number: string) => string): string | undefined {
  let done = false
  const result = outsideStrings(text, (piece) =>
    done
      ? piece
      : piece.replace(/^(:)(-?[0-9]{1,12}(?:\.[0-9]{1,6})?)(?=[,}])/, (_, colon: string, number: string) => {
          done = true
          return `${colon}${spell(number)}`
        }),
  )
  return done ? result : undefined
}

function outsideStrings(text: string, change: (piece: string) => string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[^"]+/g, (piece) => (piece.startsWith('"') ? piece : change(piece)))
}

function withDocument(text: string, write: (document: unknown) => string): string | undefined {
  const document = parseJson(text)
  if (document === undefined) return undefined
  const written = write(document)
  return written === text ? undefined : written
}
