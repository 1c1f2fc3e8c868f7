import type { Suites } from '../harness/judge.ts'
import acknowledgement from './consumer-acknowledgement.ts'
import body from './consumer-body.ts'
import event from './consumer-event.ts'
import handshake from './consumer-handshake.ts'
import header from './consumer-header.ts'
import idempotency from './consumer-idempotency.ts'
import list from './consumer-list.ts'
import nonsense from './consumer-nonsense.ts'
import rateLimit from './consumer-rate-limit.ts'
import producerDeadLetter from './producer-dead-letter.ts'
import producerDelivery from './producer-delivery.ts'
import producerEndpoint from './producer-endpoint.ts'
import producerRetry from './producer-retry.ts'
import producerRotation from './producer-rotation.ts'
import producerSafety from './producer-safety.ts'
import producerSubscription from './producer-subscription.ts'
import refusal from './consumer-refusal.ts'
import signature from './consumer-signature.ts'
import sseClientAnswer from './sse-client-answer.ts'
import sseClientClose from './sse-client-close.ts'
import sseClientConnection from './sse-client-connection.ts'
import sseClientParsing from './sse-client-parsing.ts'
import sseClientReconnection from './sse-client-reconnection.ts'
import sseClientRedirect from './sse-client-redirect.ts'
import sseServerClients from './sse-server-clients.ts'
import sseServerData from './sse-server-data.ts'
import sseServerDelivery from './sse-server-delivery.ts'
import sseServerResume from './sse-server-resume.ts'
import sseServerRetention from './sse-server-retention.ts'
import sseServerStream from './sse-server-stream.ts'
import timestamp from './consumer-timestamp.ts'

/** Every suite by its file's name, in the order in which a run plays and reports them. */
export const suites: Suites = {
  consumer: {
    'consumer-signature': signature,
    'consumer-list': list,
    'consumer-header': header,
    'consumer-timestamp': timestamp,
    'consumer-body': body,
    'consumer-event': event,
    'consumer-acknowledgement': acknowledgement,
    'consumer-refusal': refusal,
    'consumer-idempotency': idempotency,
    'consumer-rate-limit': rateLimit,
    'consumer-handshake': handshake,
    'consumer-nonsense': nonsense,
  },
  producer: {
    'producer-delivery': producerDelivery,
    'producer-retry': producerRetry,
    'producer-endpoint': producerEndpoint,
    'producer-dead-letter': producerDeadLetter,
    'producer-subscription': producerSubscription,
    'producer-rotation': producerRotation,
    'producer-safety': producerSafety,
  },
  'sse-server': {
    'sse-server-stream': sseServerStream,
    'sse-server-data': sseServerData,
    'sse-server-delivery': sseServerDelivery,
    'sse-server-clients': sseServerClients,
    'sse-server-resume': sseServerResume,
    'sse-server-retention': sseServerRetention,
  },
  'sse-client': {
    'sse-client-connection': sseClientConnection,
    'sse-client-answer': sseClientAnswer,
    'sse-client-redirect': sseClientRedirect,
    'sse-client-reconnection': sseClientReconnection,
    'sse-client-close': sseClientClose,
    'sse-client-parsing': sseClientParsing,
  },
}
