import { expect, test } from 'vitest'
import { failureCode } from '../../harness/gate/failure-code.ts'

const seen: readonly (readonly [saw: string, code: string])[] = [
  ['401', 'failed:401'],
  ['200, and the event took effect once', 'failed:200-and-the-event-took-effect-once'],
  ['it took effect 8 times (answers: 200, 200, 200)', 'failed:it-took-effect-times'],
  ['401 with it: "{\\"error\\":\\"wh-4bac76d29d1e731c\\"}"', 'failed:401-with-it'],
  ['second attempt at least 5 s early, 20 s after the one before; at +0 s, +5 s', 'failed:second-attempt-at-least-early-after-the-one'],
  ['evt-52930d0d033e52e3, evt-52930d0d033e52e3-2', 'failed:evt-evt'],
  ['6c5432a31de44d4b42bccfa9b344b151c4afae61…, 9b6c908e9541d7002698f748765ea066f37a62d9…', 'failed'],
  ['{"webhooks":[]}', 'failed'],
]

test.each(seen)('%s is %s', (saw, code) => {
  expect(failureCode({ outcome: 'failed', saw })).toBe(code)
})

test('an unproven verdict is named by its reason, up to what is quoted in it', () => {
  expect(failureCode({ outcome: 'unproven', saw: 'not judged', reason: 'its control "untouched" does not hold: saw 401' })).toBe('unproven:its-control')
})

test('what passed or does not apply has no code', () => {
  expect([failureCode({ outcome: 'passed', saw: '401' }), failureCode({ outcome: 'inapplicable', saw: '', reason: 'no control API' })]).toEqual([undefined, undefined])
})
