import { describe, expect, test } from 'vitest'
import { staleness, timestampMs, timestampText } from '../../harness/signing/timestamp.ts'

describe('a moment is read from its exact spelling', () => {
  test.each([
    ['s', '1700000000', 1_700_000_000_000],
    ['s', '007', 7_000],
    ['ms', '1700000000123', 1_700_000_000_123],
    ['rfc3339', '2020-01-01T00:00:00-07:00', Date.UTC(2020, 0, 1, 7)],
    ['rfc3339', '2020-02-29T23:59:59.123456789Z', Date.UTC(2020, 1, 29, 23, 59, 59, 123)],
    ['rfc3339', '2020-01-01T00:30:00+01:00', Date.UTC(2019, 11, 31, 23, 30)],
    ['rfc3339', '2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ] as const)('%s %s', (unit, text, atMs) => {
    expect(timestampMs(unit, text)).toBe(atMs)
  })
})

describe('anything else is no moment', () => {
  test.each([
    ['s', ''],
    ['s', '-1'],
    ['s', '1.5'],
    ['s', '1e3'],
    ['s', ' 1'],
    ['s', '1\n'],
    ['s', '٣'],
    ['ms', '1700000000000000'],
    ['rfc3339', '2020-01-01'],
    ['rfc3339', '2020-01-01T00:00:00'],
    ['rfc3339', '2020-01-01 00:00:00Z'],
    ['rfc3339', '2021-02-29T00:00:00Z'],
    ['rfc3339', '2020-13-01T00:00:00Z'],
    ['rfc3339', '2020-01-01T24:00:00Z'],
    ['rfc3339', '2020-01-01T00:00:00+24:00'],
    ['rfc3339', '2020-01-01T00:00:00.Z'],
    ['rfc3339', '2020-01-01T00:00:00Zx'],
  ] as const)('%s %j', (unit, text) => {
    expect(timestampMs(unit, text)).toBeUndefined()
  })
})

test.each(['s', 'ms', 'rfc3339'] as const)('what is written in %s is read again', (unit) => {
  expect(timestampMs(unit, timestampText(unit, 1_700_000_000_000))).toBe(1_700_000_000_000)
})

test('both ends of the tolerance are inside it', () => {
  const rule = { field: 'ts', unit: 'ms', past: 60, future: 5, signed: true } as const
  expect([60_000, 60_001, -5_000, -5_001].map((age) => staleness(rule, 1e12, 1e12 + age))).toEqual([undefined, 'too-old', undefined, 'too-new'])
})

test('a timestamp in seconds is compared with whole seconds', () => {
  const rule = { field: 'ts', unit: 's', past: 60, future: 5, signed: true } as const
  expect([60_999, 61_000, -5_000, -5_001].map((age) => staleness(rule, 1e12, 1e12 + age))).toEqual([undefined, 'too-old', undefined, 'too-new'])
})
