import { describe, expect, test } from 'vitest'
import { isRequirementId, requirement, requirements, requirementSet, specHash, specVersion } from '../../spec/requirements.ts'

/** The first segment of an id names the channel that its chapter is about. */
const channels: Readonly<Record<string, string>> = {
  'event-envelope': 'event',
  'webhook-signature': 'webhook',
  'webhook-receiver': 'webhook',
  'webhook-delivery': 'webhook',
  'webhook-retry': 'webhook',
  'webhook-subscription': 'subscription',
  'sender-safety': 'sender',
  'sse-stream': 'sse',
  'sse-resume': 'sse',
  'sse-client': 'sse',
}

/** How a sentence names the one who has the duty, where that is not the role with an article. */
const actors: Readonly<Record<string, string>> = { 'sse-server': 'An SSE server', 'sse-client': 'An SSE client' }

/** Channels with one topic, themselves, whose ids may leave it out: `subscription-delete`. */
const oneTopic: readonly string[] = ['subscription']

describe.each(requirements.map((one) => [one.id, one] as const))('%s', (id, { level, role, chapter, sentence, why, fix, source, status, exception }) => {
  test('is an id that says channel, topic and rule', () => {
    const [channel = '', ...rest] = id.split('-')
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/)
    expect(id.length).toBeLessThanOrEqual(40)
    expect(channel).toBe(channels[chapter])
    expect(rest.length).toBeGreaterThanOrEqual(oneTopic.includes(channel) ? 1 : 2)
  })

  test('is one short sentence that begins with its actor and has its level once', () => {
    expect(sentence).toMatch(new RegExp(`^${actors[role] ?? `A ${role}`} ${level}( NOT)? [a-z].*\\.$`))
    expect(sentence.match(/\b(MUST|SHOULD|MAY)\b/g)).toHaveLength(1)
    expect(sentence.split(' ').length).toBeLessThanOrEqual(30)
    expect(sentence).not.toMatch(/\*\*|`/)
  })

  test('says why, where from, and what to do about it', () => {
    expect(why).toMatch(/^.{20,300}\.$/)
    expect(source).toMatch(/^[A-Z].*\.$/)
    if (level !== 'MAY') expect(fix).toMatch(/^[A-Z].{10,200}\.$/)
    expect(status === 'exception').toBe(exception !== undefined)
    if (exception !== undefined) expect(exception).toMatch(/^[A-Z].{20,200}\.$/)
  })
})

test('ids, sentences and fixes are each said once', () => {
  for (const pick of ['id', 'sentence', 'fix'] as const) {
    const said = requirements.map((one) => one[pick]).filter((text) => text !== '')
    expect(said.filter((text, index) => said.indexOf(text) !== index)).toEqual([])
  }
})

test('an id leads to its requirement, and any other text to none', () => {
  for (const one of requirements) expect(requirement(one.id)).toBe(one)
  expect(isRequirementId('webhook-signature-required')).toBe(true)
  for (const text of ['', 'constructor', '__proto__', 'webhook-signature', 'Webhook-Signature-Required']) expect(isRequirementId(text)).toBe(false)
})

test('the specification names its version and digests', () => {
  expect(specVersion).toMatch(/^\d+\.\d+\.\d+$/)
  expect(specHash).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(requirementSet).toMatch(/^sha256:[0-9a-f]{64}$/)
})
