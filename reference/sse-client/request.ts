/** One request of a client, before it is made. */
export interface Asking {
  readonly url: URL
  /** Where the client was told to read; another one than `url` after a redirect. */
  readonly origin: string
  /** What the user wants sent. */
  readonly given: Readonly<Record<string, string>>
  /** Empty when there is none to resume from. */
  readonly lastEventId: string
  /** Counted from 1; redirects belong to their attempt. */
  readonly attempt: number
}

/**
 * The header of a request.
 *
 * Headers of the user are for the origin that he named: they may hold credentials, and a redirect must not carry those to
 * another. The id goes out as the UTF-8 bytes of what came in.
 */
export function headersFor({ url, origin, given, lastEventId }: Asking): Readonly<Record<string, string>> {
  return {
    ...(url.origin === origin ? given : {}),
    Accept: 'text/event-stream',
    'Accept-Encoding': 'gzip',
    'Cache-Control': 'no-cache',
    ...(lastEventId === '' ? {} : { 'Last-Event-ID': bytesOf(lastEventId) }),
  }
}

/** Text whose Latin-1 form, which is how headers are written, is the UTF-8 form of another. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}
