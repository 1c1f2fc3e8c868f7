/**
 * Kinds of text and number that reports, transcripts and baselines are made of. For the compiler they are plain text and
 * numbers; the tags are what the schemas generated from these types hold a value to.
 */

/**
 * A whole number from 0.
 *
 * @TJS-type integer
 * @minimum 0
 */
export type WholeNumber = number

/**
 * A moment, RFC 3339.
 *
 * @format date-time
 */
export type Instant = string

/**
 * A day, `YYYY-MM-DD`, UTC.
 *
 * @format date
 */
export type Day = string

/**
 * `sha256:` and 64 hexadecimal digits.
 *
 * @pattern ^sha256:[0-9a-f]{64}$
 */
export type Digest = string

/**
 * A failure in a form that is the same from run to run, such as `failed:401`.
 *
 * @pattern ^(failed|unproven|faulted)(:[a-z0-9-]+)?$
 */
export type FailureCode = string
