/** Time as the run sees it: every pause of the harness and of an in-process target is on one of these. */
export interface Clock {
  readonly kind: 'virtual' | 'scaled' | 'live'
  /** How many times faster than declared the target's policy runs. 1 unless scaled. */
  readonly scale: number
  /** Wall-clock time in milliseconds since the epoch: what a timestamp in a delivery is made from. */
  now(): number
  /** Monotonic milliseconds since the clock was made: what durations are measured with. */
  elapsed(): number
  /** Resolves after `ms` declared milliseconds: at once on a virtual clock when nothing is in flight. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Counts work during which virtual time must not move; call the returned function once it has ended.
   *
   * `connection` names the socket that the work waits on, once it has one: `CLIENT_PORT>SERVER_PORT`. It lets a virtual
   * clock see that the work waits for an in-process target which itself sleeps on this clock.
   *
   * An in-process target that sends does so for each attempt. It begins before it connects, names the socket once that is
   * connected, and ends when the answer is read or the socket has emitted `close`, whichever is first: destroying alone
   * is too early, since the peer has not seen it. Its timeout is a sleep beside the attempt, aborted when that ends; the
   * waits between attempts are sleeps outside of it. A pause within an attempt ends the count for as long as it lasts. It
   * answers whoever made it send before it starts, as the clock takes what is asleep inside a handler for the handler's.
   */
  begin(connection?: () => string | undefined): () => void
}
