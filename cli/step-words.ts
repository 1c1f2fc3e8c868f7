import { durationWords } from '../harness/profile/duration.ts'
import type { ConsumerStep, Delivery } from '../harness/roles/consumer/vocabulary.ts'

/** A step of a case as an English sentence without a full stop. */
export function stepWords(step: ConsumerStep): string {
  switch (step.do) {
    case 'deliver':
      return `deliver ${step.event.name}${departures(step.delivery)}`
    case 'send-again':
      return `send the last request of ${step.event.name} again, byte for byte`
    case 'deliver-together':
      return step.distinct
        ? `deliver ${step.copies} different events at the same instant`
        : `deliver ${step.copies} copies of ${step.event.name} at the same instant${departures(step.delivery)}`
    case 'redeliver-until-acknowledged':
      return `deliver ${step.event.name} as fresh attempts until one is acknowledged: at most ${step.atMost}, every ${durationWords(step.everyMs)}`
    case 'wait-for-effect':
      return `wait until ${step.event.name} took effect`
    case 'fail-next':
      return `make the next ${step.times === 1 ? 'attempt' : `${step.times} attempts`} to process ${step.event.name} fail`
    case 'elapse':
      return `let ${durationWords(step.ms)} pass`
  }
}

/** How the delivery differs from an honest one: what, as far as data say it; how, is the title of the case. */
function departures(delivery: Delivery): string {
  const parts = [
    ...(delivery.method === undefined ? [] : [`by ${delivery.method}`]),
    ...(delivery.contentType === undefined ? [] : [`as ${delivery.contentType === '' ? 'no content type' : delivery.contentType}`]),
    ...(delivery.bodyOf === undefined ? [] : [`with the body of ${delivery.bodyOf.name}`]),
    ...(delivery.body === undefined ? [] : ['with a body of its own']),
    ...(delivery.attemptAtMs === undefined ? [] : [`dated ${durationWords(Math.abs(delivery.attemptAtMs))} ${delivery.attemptAtMs < 0 ? 'ago' : 'ahead'}`]),
    ...(delivery.timestamp === undefined ? [] : ['with a timestamp of its own']),
    ...(delivery.signature === undefined ? [] : ['with a signature of its own']),
    ...(delivery.afterSigning === undefined ? [] : ['changed after signing']),
    ...(delivery.framing === undefined ? [] : ['cut into several writes']),
  ]
  return parts.length === 0 ? ', exactly as it is signed' : `, ${parts.join(', ')}`
}
