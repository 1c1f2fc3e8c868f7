import type { ProxyLensName } from '../../http/proxy-passage.ts'
import type { Diagnosis, Verdict } from '../../report/report.ts'
import type { RequirementId } from '../../../spec/requirements.ts'
import type { StreamLine } from '../../transcript/stream-line.ts'
import { seconds } from './claims-reading.ts'
import type { SseServerWitness } from './witness.ts'

/** What a lens shows, and the rule that names the cure. */
interface Symptom {
  readonly code: string
  readonly did: NonNullable<StreamLine['lens']>['did']
  readonly rules: readonly RequirementId[]
  readonly fact: (kept: string) => string
  readonly cure: (heartbeatMs: number) => string
}

const symptoms: Readonly<Record<ProxyLensName, Symptom>> = {
  'nginx-buffering': {
    code: 'stalls-behind-buffering',
    did: 'buffered',
    rules: ['sse-stream-flush', 'sse-stream-heartbeat', 'sse-stream-no-proxy-buffering'],
    fact: (kept) => `Events stall behind a buffering proxy: it kept ${kept}, since the answer does not say X-Accel-Buffering: no.`,
    cure: () => 'Send X-Accel-Buffering: no with every stream.',
  },
  gzip: {
    code: 'stalls-behind-compression',
    did: 'compressed',
    rules: ['sse-stream-flush-compressed', 'sse-stream-no-transform'],
    fact: (kept) => `Events stall behind a compressing proxy: its compressor kept ${kept}, since the answer does not say Cache-Control: no-transform.`,
    cure: () => 'Send Cache-Control: no-store, no-transform with every stream.',
  },
  'idle-timeout': {
    code: 'cut-by-idle-proxy',
    did: 'cut',
    rules: ['sse-stream-heartbeat'],
    fact: () => 'A proxy with an idle timeout ends the connection: the target sends no heartbeat while nothing happens.',
    cure: (heartbeatMs) => `Write a comment whenever nothing was written for ${seconds(heartbeatMs)}: a heartbeat.`,
  },
}

/**
 * The header or the heartbeat that is missing where streams stall behind the proxy of the run.
 *
 * It rests on what the proxy did: a target that wrote nothing is not told to send a header.
 */
export function diagnose(verdicts: readonly Verdict[], { via, lines, heartbeatMs }: SseServerWitness): readonly Diagnosis[] {
  if (via === undefined) return []
  const { code, did, rules, fact, cure } = symptoms[via]
  const cases = [...new Set(verdicts.filter(({ outcome, requirement }) => outcome === 'failed' && rules.some((rule) => rule === requirement)).map((verdict) => verdict.case))]
  const shown = [...lines.values()].flat().flatMap((line) => (line.kind === 'stream' && line.lens?.did === did ? [line.lens] : []))
  // A silence may be seen before it is long enough for the proxy to cut.
  const seen = did === 'cut' || shown.some(({ keptMs }) => keptMs > 0)
  if (cases.length === 0 || !seen) return []
  const longest = shown.reduce((most, lens) => (lens.keptMs > most.keptMs ? lens : most), { keptBytes: 0, keptMs: 0 })
  return [{ code, fact: fact(`${longest.keptBytes} bytes that the target had written, the first of them for ${seconds(longest.keptMs)}`), cure: cure(heartbeatMs), cases }]
}
