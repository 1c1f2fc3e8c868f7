import type { ProxyLensName } from '../../http/proxy-passage.ts'
import type { CaseLine } from '../../transcript/line.ts'
import type { SseServerLine, StreamLine } from '../../transcript/stream-line.ts'
import { seconds } from './claims-reading.ts'
import type { ReadStream, SseServerSeen } from './seen.ts'

/** The suite whose claims are about the way of the bytes; the others are about what the target wrote. */
const suiteOfTheWay = 'sse-server-stream/'

/** Words for the proxy through which a stream was read, and for what it was given and did not pass on; nothing without one. */
export function behindLens({ via }: SseServerSeen, { lens }: ReadStream): string {
  if (via === undefined || lens === undefined) return ''
  return `; behind the proxy lens ${via}, ${does(lens)}`
}

/**
 * The case as it can be judged: a stream that a lens kept back, or cut, says nothing of what the target wrote.
 *
 * Claims about flushing and heartbeats are on what a client behind the proxy gets, and stay.
 */
export function distortedBy(via: ProxyLensName, line: CaseLine, lines: readonly SseServerLine[]): CaseLine {
  if (line.state !== 'played' || line.case.startsWith(suiteOfTheWay)) return line
  const stream = lines.find((each): each is StreamLine & Required<Pick<StreamLine, 'lens'>> => each.kind === 'stream' && each.lens !== undefined && (each.lens.did === 'cut' || each.lens.keptBytes > 0))
  if (!stream) return line
  return { ...line, state: 'not-played', reason: `the proxy lens ${via} stood between: on the stream "${stream.name}" it ${stream.lens.did === 'cut' ? 'cut a silent connection' : `kept ${stream.lens.keptBytes} bytes back`}` }
}

function does({ did, keptBytes, keptMs }: NonNullable<ReadStream['lens']>): string {
  if (did === 'cut') return 'which then cut the connection'
  if (did === 'passed' || keptMs === 0) return 'which kept nothing back'
  const what = did === 'compressed' ? 'kept in its compressor' : 'kept in its buffer'
  return `which ${what}, for up to ${seconds(keptMs)}, what the target had written${keptBytes > 0 ? `: ${keptBytes} bytes at the end` : ''}`
}
