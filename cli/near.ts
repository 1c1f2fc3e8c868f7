import { distance } from '../harness/profile/nearness.ts'

/** At most three of the names that come near a word, nearest first: misspelled, or with the word inside. */
export function near(word: string, names: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase()
  if (wanted === '') return []
  return names
    .map((name) => ({ name, far: far(wanted, name.toLowerCase()) }))
    .filter(({ name, far: steps }) => steps <= Math.max(2, Math.floor(Math.min(name.length, wanted.length) / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** The start of a cure: `did you mean a or b?`, or the alternative when nothing is near. */
export function didYouMean(word: string, names: readonly string[], otherwise: string): string {
  const close = near(word, names)
  return close.length > 0 ? `did you mean ${close.join(' or ')}?` : otherwise
}

function far(wanted: string, name: string): number {
  const steps = distance(wanted, name)
  const inside = wanted.length > 2 && (name.includes(wanted) || wanted.includes(name))
  return inside ? Math.min(steps, 1 + Math.abs(name.length - wanted.length) / 100) : steps
}
