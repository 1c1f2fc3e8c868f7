import { describe, expect, test } from 'vitest'
import { isRecord } from '../../harness/attach/answers.ts'
import { renderEarl } from '../../harness/report/earl.ts'
import { context, mixed, reportOf } from './fixture.ts'

type Json = Readonly<Record<string, unknown>>

const document: Json = JSON.parse(renderEarl(reportOf(mixed), context))
const terms = record(document['@context'])
const graph = (document['@graph'] as readonly unknown[]).map(record)
const ofType = (type: string) => graph.filter((node) => [node['@type']].flat().includes(type))

/** Classes, properties and individuals of EARL 1.0 (W3C Working Draft of 2 February 2017, sections 2 to 4). */
const earlWords = new Set(
  [
    ['Assertion', 'Assertor', 'Software', 'TestSubject', 'TestCase', 'TestRequirement', 'TestCriterion', 'TestResult'],
    ['assertedBy', 'subject', 'test', 'mode', 'result', 'outcome', 'info', 'pointer', 'mainAssertor'],
    ['passed', 'failed', 'cantTell', 'inapplicable', 'untested', 'automatic', 'manual'],
  ].flat(),
)

describe('earl', () => {
  test('is JSON-LD whose every name expands to a vocabulary that its context declares', () => {
    for (const name of new Set(graph.flatMap(names))) {
      const iri = expanded(name)
      expect(iri, name).toMatch(/^https?:\/\//)
      const [, word] = /^http:\/\/www\.w3\.org\/ns\/earl#(.*)$/.exec(iri) ?? []
      if (word !== undefined) expect(earlWords, name).toContain(word)
    }
  })

  test('refers to nothing that is not there', () => {
    const known = new Set(graph.flatMap((node) => (typeof node['@id'] === 'string' ? [node['@id']] : [])))
    const references = graph.flatMap(referencesIn)
    expect(references.length).toBeGreaterThan(40)
    for (const reference of references) expect(known.has(reference) || reference.startsWith('earl:'), reference).toBe(true)
    for (const id of known) expect(/^(_:|urn:event-delivery-conformance:)/.test(id) && !/[\s<>"{}|\\^`]/.test(id), id).toBe(true)
  })

  test('has one assertor, one subject, and an assertion with all its parts for each verdict', () => {
    expect([ofType('earl:Assertor').length, ofType('earl:TestSubject').length]).toEqual([1, 1])
    const assertions = ofType('earl:Assertion')
    expect(assertions).toHaveLength(mixed.length)
    for (const assertion of assertions) for (const part of ['assertedBy', 'subject', 'test', 'mode', 'result']) expect(assertion).toHaveProperty(part)
    expect(assertions.map((assertion) => record(assertion['result'])['outcome'])).toEqual(
      mixed.map(({ outcome }) => ({ passed: 'earl:passed', failed: 'earl:failed', unproven: 'earl:cantTell', inapplicable: 'earl:inapplicable', faulted: 'earl:untested' })[outcome]),
    )
  })

  test('describes each requirement and each case once', () => {
    expect(ofType('earl:TestRequirement')).toHaveLength(new Set(mixed.map(({ requirement }) => requirement)).size)
    expect(ofType('earl:TestCase')).toHaveLength(new Set(mixed.map((verdict) => verdict.case)).size)
    expect(ofType('earl:TestRequirement')[0]?.['description']).toBe('MUST: A consumer MUST refuse a `body` that was changed after it was signed.')
  })
})

/** Every key that is no keyword, and every type. */
function names(node: Json): readonly string[] {
  return Object.entries(node).flatMap(([key, value]): readonly string[] => {
    if (key === '@type') return [value].flat().map(String)
    return [...(key.startsWith('@') ? [] : [key]), ...(isRecord(value) ? names(value) : [])]
  })
}

function referencesIn(node: Json): readonly string[] {
  return Object.entries(node).flatMap(([key, value]): readonly string[] => {
    const term = terms[key]
    if (isRecord(value)) return referencesIn(value)
    return isRecord(term) && term['@type'] === '@id' ? [value].flat().map(String) : []
  })
}

function expanded(name: string): string {
  const term = terms[name]
  const short = isRecord(term) ? String(term['@id']) : typeof term === 'string' ? term : name
  const [prefix = '', rest = ''] = short.split(':')
  return `${String(terms[prefix] ?? '')}${rest}`
}

function record(value: unknown): Json {
  if (!isRecord(value)) throw new Error(`${JSON.stringify(value)} is no object`)
  return value
}
