import { describe, expect, test } from 'vitest'
import { redactor } from '../../harness/transcript/redact.ts'

const bytes = Buffer.from('fbff3e0102030405060708090a0b0c0d0e0f101112131415', 'hex')
const key = bytes.toString('base64')
const secret = 'p@ss w/ö"rd\\+=?'
const text = Buffer.from(secret)

const spellings: [string, string, string][] = [
  ['as it is', secret, secret],
  ['in a JSON string', secret, JSON.stringify(secret).slice(1, -1)],
  ['base64', secret, text.toString('base64')],
  ['base64 without padding', secret, text.toString('base64').replace(/=+$/, '')],
  ['base64url', secret, text.toString('base64url')],
  ['hex', secret, text.toString('hex')],
  ['upper-case hex', secret, text.toString('hex').toUpperCase()],
  ['URL-encoded', secret, encodeURIComponent(secret)],
  ['URL-encoded in lower case', secret, encodeURIComponent(secret).replace(/%../g, (escape) => escape.toLowerCase())],
  ['form-encoded', secret, new URLSearchParams({ k: secret }).toString().slice(2)],
  ['with its prefix', `whsec_${key}`, `whsec_${key}`],
  ['without its prefix', `whsec_${key}`, key],
  ['a private key without its prefix', `whsk_${key}`, key],
  ['the decoded key in base64url', `whsec_${key}`, bytes.toString('base64url')],
  ['the decoded key in hex', `whsec_${key}`, bytes.toString('hex')],
  ['the decoded key in latin1', `whsec_${key}`, bytes.toString('latin1')],
]

describe('a secret is replaced', () => {
  test.each(spellings)('%s', (_, known, spelling) => {
    expect(redactor([known])(`<${spelling}> and <${spelling}>`)).toBe('<[redacted]> and <[redacted]>')
  })

  test.each(['', 'u', 'us', 'user:'])('in the middle of what base64 encodes, after %j', (before) => {
    const redacted = redactor(['correct horse'])(Buffer.from(`${before}correct horse battery`).toString('base64'))
    expect(redacted).toContain('[redacted]')
    expect(Buffer.from(redacted.replace('[redacted]', ''), 'base64').toString()).not.toMatch(/orrec|horse/)
  })

  test('longest first', () => {
    expect(redactor(['abcd', 'abcdefgh'])('abcdefgh abcd')).toBe('[redacted] [redacted]')
  })

  test('inside of words, and alone when it is short', () => {
    expect(redactor(['word'])('swordfish')).toBe('s[redacted]fish')
    expect(redactor(['abc'])('abc abcd xabc abc, "abc" 1abc')).toBe('[redacted] abcd xabc [redacted], "[redacted]" 1abc')
  })

  test('whatever a regular expression makes of it', () => {
    expect(redactor(['.*+?^${}()|[]\\/'])('a.*+?^${}()|[]\\/b')).toBe('a[redacted]b')
    expect(redactor(['....'])('abcd')).toBe('abcd')
  })
})

test('other text stays as it is', () => {
  const plain = 'nothing of interest, 31, YQ=='
  expect(redactor([])(plain)).toBe(plain)
  expect(redactor([''])(plain)).toBe(plain)
  expect(redactor(['whsec_'])(plain)).toBe(plain)
  expect(redactor(['a', 'correct horse'])(plain)).toBe(plain)
})
