/** What a run says about one rule in one case. */
export type Outcome = 'passed' | 'failed' | 'unproven' | 'inapplicable' | 'faulted'

export type Level = 'MUST' | 'SHOULD' | 'MAY'

/** What a verdict rests on: bytes on the wire, effects told by the control API, or the target's own word. */
export type Evidence = 'wire' | 'effect' | 'declared'

/** From best to worst; the outcome of a requirement is the worst of its verdicts. */
const order: readonly Outcome[] = ['inapplicable', 'passed', 'unproven', 'failed', 'faulted']

/** From 0, the best, upwards. */
export function severity(outcome: Outcome): number {
  return order.indexOf(outcome)
}

/** The worse of two outcomes: associative, commutative, idempotent, with `inapplicable` as its neutral element. */
export function worse(a: Outcome, b: Outcome): Outcome {
  return severity(a) >= severity(b) ? a : b
}

export function worst(outcomes: Iterable<Outcome>): Outcome {
  let result: Outcome = 'inapplicable'
  for (const outcome of outcomes) result = worse(result, outcome)
  return result
}
