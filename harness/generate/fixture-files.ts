import { HarnessError } from '../errors.ts'
import type { Fixture, FixtureSet } from './fixtures.ts'

/** The file that says what the others are. */
export const indexName = 'index.json'

/** A text of at most this size is written into the command; more does not fit one argument of every system. */
const maxArgument = 65_536

/**
 * Files by name: for each fixture a request as JSON, as `.http` for REST clients of editors, as a `curl` line, and the bytes of its
 * body, which the `.http` file points at; beside them the index.
 */
export function fixtureFiles(set: FixtureSet): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>()
  const names = baseNames(set.fixtures)
  const listed = set.fixtures.map((fixture, index) => {
    const base = `${names[index] ?? ''}.${fixture.variant}`
    const own: readonly (readonly [kind: string, bytes: Buffer])[] = [
      ['json', Buffer.from(`${JSON.stringify(fixtureJson(set, fixture), null, 2)}\n`)],
      ['http', Buffer.from(httpText(fixture, `${base}.body`), 'utf8')],
      ['sh', Buffer.from(shellText(fixture))],
      ['body', fixture.request.body],
    ]
    for (const [kind, bytes] of own) files.set(`${base}.${kind}`, bytes)
    return { event: fixture.event, variant: fixture.variant, expect: fixture.expect.answer, files: own.map(([kind]) => `${base}.${kind}`) }
  })
  const index = { ...about(set), secret: secretWords(set), fixtures: listed, leftOut: set.leftOut }
  return new Map([[indexName, Buffer.from(`${JSON.stringify(index, null, 2)}\n`)], ...files])
}

/** Everything in one JSON text, for a program that reads standard output. */
export function fixturesJson(set: FixtureSet): string {
  return `${JSON.stringify({ ...about(set), secret: secretWords(set), fixtures: set.fixtures.map((fixture) => fixtureJson(set, fixture)), leftOut: set.leftOut }, null, 2)}\n`
}

/** One request as JSON: what `fetch` takes, and the answer to expect. */
export function fixtureJson(set: FixtureSet, { event, variant, request, expect }: Fixture): object {
  const { method, url, headers, body } = request
  const text = body.toString('utf8')
  return {
    event,
    variant,
    expect,
    signedAt: about(set).signedAt,
    request: { method, url, headers: Object.fromEntries(headers), ...(Buffer.from(text).equals(body) ? { body: text } : { bodyBase64: body.toString('base64') }) },
  }
}

/**
 * A request for the REST clients of editors (VS Code REST Client, JetBrains HTTP Client). The body is a file of its own: inside,
 * either of them would replace variables, trim, and read some lines as its own.
 *
 * @throws HarnessError `bad-event` for a header or URL with `{{`, which both take for a variable.
 */
export function httpText({ event, variant, request: { method, url, headers }, expect }: Fixture, bodyName: string): string {
  const lines = [`${method} ${url}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const variable = lines.find((line) => line.includes('{{'))
  if (variable !== undefined) throw new HarnessError('bad-event', `a header or the URL of ${oneLine(event)} contains {{, which REST clients take for a variable`, 'leave it out of the example')
  return `### ${oneLine(event)}, ${variant}: ${expectWords(expect)}\n${lines.join('\n')}\n\n< ./${bodyName}\n`
}

/** A request as a `curl` line for a POSIX shell. What cannot be an argument goes through a pipe. */
export function shellText(fixture: Fixture): string {
  const { event, variant, expect } = fixture
  return `#!/bin/sh\n# ${oneLine(event)}, ${variant}: ${expectWords(expect)}\n${curlLine(fixture)}\n`
}

/** The command itself. It needs curl, and base64 for a body with NUL, of more than 64 KiB, or that is not UTF-8. */
export function curlLine({ request: { method, url, headers, body } }: Fixture): string {
  const text = body.toString('utf8')
  const isArgument = body.length <= maxArgument && !body.includes(0) && Buffer.from(text).equals(body)
  const start = isArgument ? '' : `printf %s ${quoted(body.toString('base64'))} | base64 -d | `
  const lines = [
    `${start}curl --silent --show-error --include --globoff --request ${method} ${quoted(url)}`,
    // An empty value is written with a semicolon: with a colon curl leaves the header out.
    ...headers.map(([name, value]) => `--header ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`),
    isArgument ? `--data-raw ${quoted(text)}` : '--data-binary @-',
  ]
  return lines.join(' \\\n  ')
}

function about({ profile, url, signedAtMs }: FixtureSet): { readonly profile: string; readonly target: string; readonly signedAt: string } {
  return { profile: profile.name, target: url, signedAt: new Date(signedAtMs).toISOString() }
}

function secretWords({ exampleSecret }: FixtureSet): object {
  return exampleSecret === undefined ? { example: false, note: 'signed with a secret that was given and is in no file' } : { example: true, text: exampleSecret, note: 'an example that everybody knows: configure test receivers with it and nothing else' }
}

function expectWords({ answer, status, because }: Fixture['expect']): string {
  return answer === 'accepted' ? `accept it (${status.join(', ')}): ${because}` : `refuse it (${status.join(', ')}, or another 4xx): ${because}`
}

/** A file name for each fixture, made of the event's name; letters of one case, since some file systems know but one. */
function baseNames(fixtures: readonly Fixture[]): readonly string[] {
  const given = new Map<string, string>()
  const taken = new Set<string>()
  return fixtures.map(({ event }) => {
    const known = given.get(event)
    if (known !== undefined) return known
    const plain = event.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '').slice(0, 80) || 'event'
    let name = plain
    for (let number = 2; taken.has(name); number += 1) name = `${plain}-${number}`
    taken.add(name)
    given.set(event, name)
    return name
  })
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  return text.replaceAll(/[\s\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ').slice(0, 200)
}

/** One word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
