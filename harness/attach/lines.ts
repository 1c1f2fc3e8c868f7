/**
 * Cuts a stream of bytes into lines, without their line ends; blank lines are dropped.
 *
 * `tooLong` is called once, with no further lines, when one line exceeds `maxBytes`.
 */
export function lineReader(maxBytes: number, line: (text: string) => void, tooLong: () => void): (bytes: Buffer) => void {
  let pieces: Buffer[] = []
  let length = 0
  let over = false
  return (bytes) => {
    let at = 0
    while (at < bytes.length && !over) {
      const feed = bytes.indexOf(0x0a, at)
      const end = feed === -1 ? bytes.length : feed
      length += end - at
      if (length > maxBytes) {
        over = true
        pieces = []
        tooLong()
        return
      }
      pieces.push(bytes.subarray(at, end))
      at = end + 1
      if (feed === -1) return
      const text = Buffer.concat(pieces).toString('utf8').trim()
      pieces = []
      length = 0
      if (text !== '') line(text)
    }
  }
}
