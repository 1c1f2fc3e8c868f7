import { expect, test } from 'vitest'
import { parseDuration } from '../../harness/profile/duration.ts'

test.each([
  ['1500ms', 1500],
  ['15s', 15_000],
  ['5m', 300_000],
  ['72h', 259_200_000],
  ['3d', 259_200_000],
  ['0s', 0],
])('%s is %d milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['15', '', 's', '-1s', '+1s', '1.5s', '1 s', '1s ', '1S', '1w', '1e3s', 'PT15S', '1h30m', '9999999999s', '１s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})
