import { all, finding, inapplicable, unproven, type Finding } from '../../claim.ts'
import type { ConsumerSeen, Reply } from './seen.ts'
import { short, times, told } from './told.ts'
import type { EventRef } from './vocabulary.ts'

/** The event took effect exactly this often. */
export function tookEffect(seen: ConsumerSeen, event: EventRef, count: number): Finding {
  const effects = seen.effects(event)
  const expected = `${event.name} takes effect ${times(count)}`
  if (effects === undefined) return unproven(expected, 'the effects could not be read')
  return finding(effects === count, expected, `it took effect ${times(effects)} (answers: ${seen.replies.map(short).join(', ')})`, 'effect')
}

/** Nothing was acknowledged that has no effect; `count` effects once anything was acknowledged. */
export function effectOnceAcknowledged(seen: ConsumerSeen, event: EventRef): Finding {
  const own = seen.replies.filter((reply) => reply.event === event.name)
  const expected = `${event.name} takes effect once, and nothing is acknowledged without it`
  if (!own.some((reply) => reply.meaning === 'accepted')) {
    return unproven(expected, 'no attempt was acknowledged', own.map(short).join(', '))
  }
  return tookEffect(seen, event, 1)
}

/** Two events that differ in their identity alone each took effect. */
export function twinsBothTookEffect(seen: ConsumerSeen, first: EventRef, twin: EventRef): Finding {
  const expected = `${first.name} and ${twin.name} each take effect once`
  if (seen.replies.every(({ meaning }) => meaning === 'refused')) return inapplicable(expected, 'the target turns an event down whose body does not repeat its id', seen.replies.map(short).join(', '))
  if (seen.effects(first) === 0) return inapplicable(expected, 'the target knows an event by the id in its body', seen.replies.map(short).join(', '))
  return all([effectOnceAcknowledged(seen, first), effectOnceAcknowledged(seen, twin)])
}

/** The answer to a failed attempt acknowledges nothing. */
export function notAcknowledged(reply: Reply | undefined, why: string): Finding {
  const expected = `no acknowledgement, since ${why}`
  if (!reply) return unproven(expected, 'nothing was delivered')
  return finding(reply.meaning !== 'accepted', expected, told(reply))
}
