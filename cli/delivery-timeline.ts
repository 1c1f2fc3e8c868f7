import { deliveries } from '../harness/report/delivery.ts'
import type { Verdict } from '../harness/report/report.ts'
import { timeline, type DrawTimeline } from '../harness/report/timeline.ts'
import type { TranscriptLine } from '../harness/transcript/line.ts'

/** Draws the first delivery of a verdict's case as text. */
export function deliveryTimelines(transcript: readonly TranscriptLine[]): DrawTimeline<Verdict> {
  const deliveryOf = deliveries(transcript)
  return (verdict, width, paint) => {
    const delivery = deliveryOf(verdict)
    return delivery && timeline(delivery.attempts, delivery.due, width, paint)
  }
}
