import type { ProducerParts } from '../../../reference/producer/parts.ts'
import { brokenTarget, type BrokenTarget, type TargetDefinition } from '../broken-target.ts'

/** A producer that is wrong in exactly one way. */
export type BrokenProducer = BrokenTarget<ProducerParts>

export function brokenProducer(definition: TargetDefinition<ProducerParts>): BrokenProducer {
  return brokenTarget(definition)
}
