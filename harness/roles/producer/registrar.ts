import type { Control } from '../../attach/control.ts'
import type { CapturedAttempt, CapturedEndpoint, ScriptedAnswer } from '../../http/capture.ts'
import type { ExchangeLine } from '../../transcript/line.ts'
import type { ApiCall } from './vocabulary.ts'

/** What an endpoint is registered with. */
export interface Subscription {
  readonly url: string
  readonly secret: string
  /** Absent: every type. */
  readonly types?: readonly string[]
  readonly filter?: Readonly<Record<string, string>>
}

export interface Subscribed {
  readonly id?: string
  /** A secret that the producer made itself. */
  readonly secret?: string
  readonly refused?: string
  readonly exchange?: ExchangeLine
}

export interface Rotated {
  /** What deliveries are signed with from now on; absent when the producer did not say. */
  readonly secret?: string
  readonly exchange: ExchangeLine
}

/** What a free request to the registration API is made from. */
export interface CallContext {
  readonly id: string
  readonly case: string
  readonly name: string
  readonly url: string
  readonly type: string
  readonly secret: string
  readonly subscription: string
}

/** How endpoints come to be known by a producer: its own API, the control API, or somebody's hands. */
export interface Registrar {
  readonly kind: 'api' | 'control' | 'hand'
  /** Types may be invented, so that every case has one of its own. */
  readonly anyType: boolean
  /** The one endpoint that somebody configured by hand; its answers are picked by the event that arrives. */
  readonly byHand?: HandEndpoint
  subscribe(subscription: Subscription): Promise<Subscribed>
  remove(id: string): Promise<ExchangeLine | undefined>
  /** Exchanges the secret of an endpoint; only where the profile's own API can. */
  rotate?(id: string, secret: string): Promise<Rotated>
  /** Asks for the dead letter that holds this text, or this id of an event, to be sent again; undefined exchanges were not made. */
  redeliver?(id: string, about: { readonly marker: string; readonly event?: string }): Promise<{ readonly list: ExchangeLine; readonly asked?: ExchangeLine }>
  /** A request of a case to the registration API; only `api` has one. */
  call(call: ApiCall, context: CallContext): Promise<ExchangeLine>
}

/** An endpoint that every case shares, since the target knows no other. */
export interface HandEndpoint {
  readonly captured: CapturedEndpoint
  readonly secret: string
  /** Answers by the marker of an event. */
  readonly scripts: Map<string, (attempt: CapturedAttempt) => ScriptedAnswer>
}

/** Registration that somebody did by hand, before the run: URL and secret stand in the target's configuration. */
export function handRegistrar(byHand: HandEndpoint): Registrar {
  return {
    kind: 'hand',
    anyType: true,
    byHand,
    subscribe: () => Promise.resolve({ id: 'configured by hand', secret: byHand.secret }),
    remove: () => Promise.resolve(undefined),
    call: () => Promise.reject(new TypeError('a case that calls the registration API needs one')),
  }
}

/** Registration by `POST C/subscriptions` of the control API. */
export function controlRegistrar(control: Control): Registrar {
  return {
    kind: 'control',
    anyType: true,
    async subscribe({ url, secret, types }) {
      const made = await control.subscribe(url, secret, types)
      return made === 'absent' ? { refused: 'the control API offers no subscriptions' } : { id: made.id }
    },
    async remove(id) {
      await control.unsubscribe(id)
      return undefined
    },
    call: () => Promise.reject(new TypeError('a case that calls the registration API needs one')),
  }
}
