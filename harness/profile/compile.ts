import { isDeepStrictEqual } from 'node:util'
import { compileAcknowledgement, compileRateLimit } from './acknowledgement.ts'
import { compileDelivery } from './delivery.ts'
import { compileEventStream } from './event-stream.ts'
import type { Handshake } from '../handshake/handshake.ts'
import { checkExtensions } from './extensions.ts'
import { schemaErrors } from './json-schema.ts'
import { isObject, SourceDocument } from './locate.ts'
import type { Located, Origin } from './locate.ts'
import type { Profile } from './profile.ts'
import { compileSamples } from './samples.ts'
import { compileSignature } from './signature.ts'
import { compileSubscription } from './subscription.ts'
import { describeErrors } from './validate.ts'
import { noWebhooks } from './without-webhooks.ts'

/** The operation that a profile is about, with what is delivered by it. */
export interface Delivery {
  readonly operation: Located
  readonly channel: Located | undefined
  readonly messages: readonly Located[]
  readonly signature: Located
}

/**
 * The profile that an AsyncAPI 3 document describes.
 *
 * It is about the first operation with `x-signature`: one that sends (the producer's document) before one that receives (the
 * consumer's). Examples come from every message of that operation which is signed the same way. A document without one is about
 * its stream, if a channel has `x-event-stream`: it is a profile for the roles of streams and for no other.
 *
 * Throws `broken-profile`, with file, line and column where the origin knows them.
 */
export function compileProfile(value: unknown, origin: Origin): Profile {
  const document = new SourceDocument(value, origin)
  checkAsyncApi(document)
  checkExtensions(document)
  const stream = compileEventStream(document)
  const delivery = findDelivery(document)
  if (delivery === undefined && stream === undefined) failUnsigned(document)
  const info = document.member(document.root, 'info')
  return {
    name: origin.name,
    title: textAt(document, info, 'title'),
    version: textAt(document, info, 'version'),
    hash: origin.hash,
    ...(delivery === undefined ? noWebhooks : compileWebhooks(document, delivery)),
    ...(stream !== undefined && { stream }),
  }
}

function compileWebhooks(document: SourceDocument, delivery: Delivery): Pick<Profile, 'signature' | 'acknowledgement' | 'samples' | 'rateLimit' | 'delivery' | 'subscription' | 'handshakes'> {
  const signature = compileSignature(document, delivery.signature)
  const acknowledgement = compileAcknowledgement(document, onChannel(document, delivery, 'x-acknowledgement'), signature)
  const policy = onChannel(document, delivery, 'x-delivery')
  const subscription = compileSubscription(document)
  const handshakes = delivery.channel && document.member(delivery.channel, 'x-handshake')
  const samples = delivery.messages.flatMap((message) => compileSamples(document, message, signature, acknowledgement))
  const first = delivery.messages[0] ?? delivery.operation
  if (samples.length === 0) {
    document.fail(first, [], 'the delivered message has no example with a payload', 'add an example to the message, or name a sample event with --event FILE')
  }
  const rateLimit = document.member(delivery.operation, 'x-rate-limit') ?? (delivery.channel && document.member(delivery.channel, 'x-rate-limit'))
  return {
    signature,
    acknowledgement,
    samples,
    ...(rateLimit !== undefined && { rateLimit: compileRateLimit(document, rateLimit) }),
    ...(policy !== undefined && { delivery: compileDelivery(document, policy, acknowledgement) }),
    ...(subscription !== undefined && { subscription }),
    // Its schema was checked with all extensions.
    ...(handshakes !== undefined && { handshakes: handshakes.value as readonly Handshake[] }),
  }
}

function checkAsyncApi(document: SourceDocument): void {
  const { root } = document
  const version = isObject(root.value) ? root.value['asyncapi'] : undefined
  if (typeof version !== 'string') {
    document.fail(root, [], 'this is not an AsyncAPI document: the member "asyncapi" is missing', 'name an AsyncAPI 3 document, or a built-in profile')
  }
  if (!/^3\.[01]\.\d+$/.test(version)) {
    document.fail(root, ['asyncapi'], `AsyncAPI ${version} is not supported`, 'write the document in AsyncAPI 3.0.0 or 3.1.0; the AsyncAPI converter rewrites older ones')
  }
  const [problem] = describeErrors(schemaErrors('asyncapi', root.value))
  if (problem === undefined) return
  document.fail(root, problem.path, `not valid AsyncAPI ${version}: ${problem.text}`, 'correct it; any AsyncAPI tool shows the same fault')
}

/** The first operation with `x-signature`, senders before receivers; `undefined` when none has. */
export function findDelivery(document: SourceDocument): Delivery | undefined {
  for (const operation of operationsOf(document)) {
    const channel = document.member(operation, 'channel')
    const messages = messagesOf(document, operation, channel).map((message) => document.withTraits(message))
    const shared = document.member(operation, 'x-signature')
    const signatures = messages.map((message) => document.member(message, 'x-signature') ?? shared)
    const signature = signatures.find((found) => found !== undefined) ?? shared
    if (signature === undefined) continue
    return { operation, channel, signature, messages: messages.filter((_, index) => isDeepStrictEqual(signatures[index]?.value, signature.value)) }
  }
  return undefined
}

function failUnsigned(document: SourceDocument): never {
  const [first] = operationsOf(document)
  return document.fail(
    first ?? document.member(document.root, 'operations') ?? document.root,
    [],
    first === undefined ? 'the document has no operation' : 'no message of the document has x-signature, so nothing says how a delivery is signed',
    'add x-signature to the message that is delivered, or x-event-stream to the channel of a stream; schemas/ describes both and the built-in profiles show them',
  )
}

function operationsOf(document: SourceDocument): readonly Located[] {
  const operations = document.members(document.member(document.root, 'operations')).map((operation) => document.withTraits(operation))
  const byAction = (action: string): readonly Located[] => operations.filter(({ value }) => isObject(value) && value['action'] === action)
  return [...byAction('send'), ...byAction('receive')]
}

/** The messages of an operation; all of its channel, less the replies, when it names none. */
function messagesOf(document: SourceDocument, operation: Located, channel: Located | undefined): readonly Located[] {
  const named = document.member(operation, 'messages')
  if (named !== undefined) return document.members(named)
  const reply = document.member(operation, 'reply')
  const replies = reply === undefined ? [] : document.members(document.member(reply, 'messages'))
  const all = channel === undefined ? [] : document.members(document.member(channel, 'messages'))
  return all.filter(({ value }) => replies.every((other) => other.value !== value))
}

/** An extension of the operation itself, otherwise of another one of the same channel, such as the receiving half of the document. */
function onChannel(document: SourceDocument, { operation, channel }: Delivery, extension: string): Located | undefined {
  const own = document.member(operation, extension)
  if (own !== undefined || channel === undefined) return own
  const others = document.members(document.member(document.root, 'operations')).map((other) => document.withTraits(other))
  return others
    .filter((other) => document.member(other, 'channel')?.value === channel.value)
    .flatMap((other) => document.member(other, extension) ?? [])[0]
}

function textAt(document: SourceDocument, parent: Located | undefined, key: string): string {
  const value = parent === undefined ? undefined : document.member(parent, key)?.value
  return typeof value === 'string' ? value : ''
}
