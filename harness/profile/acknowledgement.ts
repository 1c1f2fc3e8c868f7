import type { SignatureScheme } from '../signing/scheme.ts'
import { parseDuration } from './duration.ts'
import { checkExtension } from './extensions.ts'
import type { Located, SourceDocument } from './locate.ts'
import type { Acknowledgement, Deduplication, RateLimit, ValuePlace } from './profile.ts'

/** What the schema of `x-acknowledgement` guarantees. */
interface WrittenAcknowledgement extends Partial<Pick<Acknowledgement, 'success' | 'refusal' | 'eventType' | 'eventTime' | 'errorBody' | 'minBodyBytes'>> {
  readonly deadline?: string
  readonly deduplication?: {
    readonly places: readonly ValuePlace[]
    readonly also?: readonly ValuePlace[]
    readonly signed?: boolean
    readonly window?: string
  }
}

/** `x-acknowledgement` with its defaults; all of them when the document has none. */
export function compileAcknowledgement(document: SourceDocument, located: Located | undefined, signature: SignatureScheme): Acknowledgement {
  if (located !== undefined) checkExtension(document, 'x-acknowledgement', located)
  // The schema has just been checked; without the extension there are only defaults.
  const { deadline, deduplication, ...written } = (located?.value ?? {}) as WrittenAcknowledgement
  return {
    success: ['2xx'],
    refusal: [401, 403, 400],
    minBodyBytes: 65_536,
    ...written,
    deadlineMs: milliseconds(deadline ?? '15s'),
    ...(deduplication !== undefined && { deduplication: compileDeduplication(deduplication, signature) }),
  }
}

/** `x-rate-limit` with its defaults: 429, and both forms of `Retry-After`. */
export function compileRateLimit(document: SourceDocument, located: Located): RateLimit {
  checkExtension(document, 'x-rate-limit', located)
  // The schema has just been checked.
  return { status: 429, retryAfter: ['seconds', 'date'], ...(located.value as Partial<RateLimit>) }
}

function compileDeduplication(written: NonNullable<WrittenAcknowledgement['deduplication']>, signature: SignatureScheme): Deduplication {
  return {
    places: written.places,
    also: written.also ?? [],
    signed: written.signed ?? written.places.every((place) => isSigned(place, signature)),
    windowMs: milliseconds(written.window ?? '72h'),
  }
}

/** A body is signed as a whole, a header as a field of the signed content. */
function isSigned(place: ValuePlace, { covers, fields, signed }: SignatureScheme): boolean {
  if (place.in === 'body') return covers === 'body' || covers === 'request'
  return signed.some((part) => {
    const field = 'field' in part ? fields[part.field] : undefined
    return field?.in === 'header' && field.name.toLowerCase() === place.name.toLowerCase()
  })
}

function milliseconds(duration: string): number {
  // The schema lets only durations through.
  return parseDuration(duration) ?? 0
}
