/** The longest pause that one timer of Node can hold: about 24.8 days. */
const longestTimerMs = 2 ** 31 - 1

/**
 * Resolves after at least `ms` real milliseconds, never a fraction of one early; negative counts as 0.
 *
 * @throws the signal's reason when it aborts first; RangeError for a pause that is not a number.
 */
export async function realSleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (Number.isNaN(ms)) throw new RangeError('A pause is not a number')
  signal?.throwIfAborted()
  const until = performance.now() + ms
  do await timer(until - performance.now(), signal)
  while (performance.now() < until)
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(pending)
      reject(signal?.reason)
    }
    const pending = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      },
      Math.min(Math.max(Math.ceil(ms), 0), longestTimerMs),
    )
    signal?.addEventListener('abort', abort, { once: true })
  })
}
