import { describe, expect, test } from 'vitest'
import { honestParts, type ProducerParts } from '../../reference/producer/parts.ts'
import { runReferenceProducer } from './producer-kills.ts'
import { onRetryAfter } from './producers/change.ts'

interface Fault {
  readonly requirement: string
  readonly case: string
  readonly parts: () => Partial<ProducerParts>
}

/** Faults of rules that have their broken target already: another way to break them, and the case that sees it. */
const faults: Readonly<Record<string, Fault>> = {
  'one worker for all endpoints': { requirement: 'webhook-delivery-endpoints-apart', case: 'producer-delivery/dead-neighbour', parts: () => ({ lane: () => ({ key: 'all', width: 1 }) }) },
  'a deletion that leaves what is pending': { requirement: 'subscription-delete', case: 'producer-subscription/deleted-while-it-fails', parts: leavesWhatIsPending },
  'a Retry-After that shortens the wait': { requirement: 'webhook-retry-not-early', case: 'producer-retry/retry-after-shorter', parts: () => onRetryAfter((values) => (values.length === 1 && values[0] === '1' ? 'at-once' : undefined)) },
  'a query that is left out of the URL': {
    requirement: 'webhook-delivery-arrives',
    case: 'producer-delivery/url-with-query',
    parts: () => ({
      dress(attempt, setting) {
        const request = honestParts.dress(attempt, setting)
        return { ...request, url: request.url.replace(/\?.*$/, '') }
      },
    }),
  },
}

function leavesWhatIsPending(): Partial<ProducerParts> {
  const deleted = new Set<string>()
  return {
    remove({ id }) {
      deleted.add(id)
      return []
    },
    asksFor: (endpoint, event, setting) => !deleted.has(endpoint.id) && honestParts.asksFor(endpoint, event, setting),
  }
}

describe('a producer with another fault of a rule fails that rule and no other MUST', () => {
  test.each(Object.entries(faults))('%s', { timeout: 60_000 }, async (_, fault) => {
    const { verdicts } = await runReferenceProducer('event-delivery', fault.parts)
    const wrong = verdicts.filter(({ outcome, level }) => level === 'MUST' && !['passed', 'inapplicable'].includes(outcome))
    expect(wrong.map(({ outcome, case: id, requirement, saw, reason }) => ({ outcome, case: id, requirement, ...(requirement === fault.requirement ? {} : { saw, reason }) }))).toContainEqual({ outcome: 'failed', case: fault.case, requirement: fault.requirement })
    expect(wrong.filter(({ requirement }) => requirement !== fault.requirement)).toEqual([])
  })
})
