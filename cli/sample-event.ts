import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { HarnessError } from '../harness/errors.ts'
import { parseJson, valueAt } from '../harness/profile/json-pointer.ts'
import type { Profile, SampleEvent, ValuePlace } from '../harness/profile/profile.ts'

const maxBytes = 1_048_576

/**
 * The profile with the user's events in place of its own examples, in the order given.
 *
 * A JSON text loses the white space between its tokens and nothing else, so that numbers keep their digits.
 * @throws HarnessError `bad-event` for a file that cannot be read, is not JSON where the profile says so, or lacks a value
 * that the profile names.
 */
export async function withEvents(profile: Profile, files: readonly string[]): Promise<Profile> {
  if (files.length === 0) return profile
  return { ...profile, samples: await Promise.all(files.map((file) => readEvent(profile, file))) }
}

async function readEvent(profile: Profile, file: string): Promise<SampleEvent> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new HarnessError('bad-event', `the event ${file} cannot be read`, 'correct the path of --event', { cause })
  })
  if (bytes.length > maxBytes) throw new HarnessError('bad-event', `the event ${file} is larger than 1 MiB`, 'give a typical event, not the largest')
  const { headers = [], contentType = 'application/json' } = profile.samples[0] ?? {}
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  return { name: basename(file), headers, contentType, body: /[/+]json\b/i.test(contentType) ? jsonBody(profile, file, text) : text }
}

function jsonBody(profile: Profile, file: string, text: string): string {
  const document = parseJson(text)
  if (document === undefined) throw new HarnessError('bad-event', `the event ${file} is not JSON: ${jsonFault(text)}`, `correct it, or name a profile whose content type is not ${profile.samples[0]?.contentType ?? 'JSON'}`)
  const { deduplication, eventTime, eventType } = profile.acknowledgement
  const places: readonly (ValuePlace | undefined)[] = [...(deduplication?.places ?? []), ...(deduplication?.also ?? []), eventTime, eventType]
  for (const place of places) {
    if (place?.in === 'body' && valueAt(document, place.pointer) === undefined) {
      throw new HarnessError('bad-event', `the event ${file} has nothing at ${place.pointer}, which the profile ${profile.name} names`, 'complete the event, or name the profile that describes it')
    }
  }
  return compact(text)
}

/** JSON text without the white space between its tokens. */
function compact(text: string): string {
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|[ \t\r\n]+/gs, (part) => (part.startsWith('"') ? part : ''))
}

function jsonFault(text: string): string {
  try {
    JSON.parse(text)
    return 'it cannot be read'
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'it cannot be read'
  }
}
