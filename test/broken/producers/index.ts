import type { BrokenProducer } from './broken-producer.ts'
import acceptsAndForgets from './accepts-and-forgets.ts'
import anyScheme from './any-scheme.ts'
import buriesWithoutAList from './buries-without-a-list.ts'
import callsJsonText from './calls-json-text.ts'
import clockTwoMinutesAhead from './clock-two-minutes-ahead.ts'
import countsAttemptsInTheBody from './counts-attempts-in-the-body.ts'
import countsAttemptsTwice from './counts-attempts-twice.ts'
import createdWith200 from './created-with-200.ts'
import deadLetterCountsRetries from './dead-letter-counts-retries.ts'
import deletedGoesOn from './deleted-goes-on.ts'
import deliversByPut from './delivers-by-put.ts'
import disabledLooksFailed from './disabled-looks-failed.ts'
import enabledWithItsHistory from './enabled-with-its-history.ts'
import exchangesAtOnce from './exchanges-at-once.ts'
import filterIgnored from './filter-ignored.ts'
import firstFailureEver from './first-failure-ever.ts'
import followsRedirects from './follows-redirects.ts'
import givesUpEarly from './gives-up-early.ts'
import givesUpOnHangUp from './gives-up-on-hang-up.ts'
import goneEndsOneDelivery from './gone-ends-one-delivery.ts'
import healthWithoutStatus from './health-without-status.ts'
import idForEachAttempt from './id-for-each-attempt.ts'
import idFromTheSecond from './id-from-the-second.ts'
import idOfTheTypes from './id-of-the-types.ts'
import idWithSpace from './id-with-space.ts'
import jitterDownwards from './jitter-downwards.ts'
import knows200Alone from './knows-200-alone.ts'
import leavesSignatureOut from './leaves-signature-out.ts'
import listsOnePage from './lists-one-page.ts'
import looksEveryMinute from './looks-every-minute.ts'
import metadataAddressAllowed from './metadata-address-allowed.ts'
import neverGivesUp from './never-gives-up.ts'
import neverLetsGo from './never-lets-go.ts'
import notFoundIsFinal from './not-found-is-final.ts'
import oddRetryAfterEndsDelivery from './odd-retry-after-ends-delivery.ts'
import oldSecretForEver from './old-secret-for-ever.ts'
import oneQueueForEachType from './one-queue-for-each-type.ts'
import parserThrows from './parser-throws.ts'
import permanentIsRetried from './permanent-is-retried.ts'
import pingsNewEndpoints from './pings-new-endpoints.ts'
import queueOfFiveHundred from './queue-of-five-hundred.ts'
import rateWithoutAttempts from './rate-without-attempts.ts'
import readWithoutUrl from './read-without-url.ts'
import redeliversFromTheLog from './redelivers-from-the-log.ts'
import redeliversUnderAnotherId from './redelivers-under-another-id.ts'
import redeliverySwallowed from './redelivery-swallowed.ts'
import redirectAcknowledges from './redirect-acknowledges.ts'
import refusedIsFinal from './refused-is-final.ts'
import repeatsWhatARetryDelivered from './repeats-what-a-retry-delivered.ts'
import retryAfterForEver from './retry-after-for-ever.ts'
import retryAfterInSecondsAlone from './retry-after-in-seconds-alone.ts'
import retryAfterOf429Ignored from './retry-after-of-429-ignored.ts'
import retryAfterOf503Ignored from './retry-after-of-503-ignored.ts'
import sameDelayForAll from './same-delay-for-all.ts'
import secretInAnswer from './secret-in-answer.ts'
import secretOfTheAccount from './secret-of-the-account.ts'
import sendsOneTypeForAll from './sends-one-type-for-all.ts'
import sendsTheWholeRecord from './sends-the-whole-record.ts'
import sentIsDelivered from './sent-is-delivered.ts'
import signatureOfTheFirstAttempt from './signature-of-the-first-attempt.ts'
import signsAnotherSerialisation from './signs-another-serialisation.ts'
import signsOnceForAllEndpoints from './signs-once-for-all-endpoints.ts'
import timeoutBetweenPackets from './timeout-between-packets.ts'
import timesFromFirstByte from './times-from-first-byte.ts'
import timestampOfTheFirstAttempt from './timestamp-of-the-first-attempt.ts'
import triesOnce from './tries-once.ts'
import twoRetryAftersEndDelivery from './two-retry-afters-end-delivery.ts'
import typeBecomesHeader from './type-becomes-header.ts'
import typesByTheirBeginning from './types-by-their-beginning.ts'
import unknownIsEmpty from './unknown-is-empty.ts'
import urlOptional from './url-optional.ts'
import urlRewritten from './url-rewritten.ts'
import userInformationAllowed from './user-information-allowed.ts'
import weakSecrets from './weak-secrets.ts'
import workerDiesOfAnswer from './worker-dies-of-answer.ts'
import zeroMeansAtOnce from './zero-means-at-once.ts'

/** One for each rule that a run can judge, by the name of its file. */
export const brokenProducers: Readonly<Record<string, BrokenProducer>> = {
  'accepts-and-forgets': acceptsAndForgets,
  'any-scheme': anyScheme,
  'buries-without-a-list': buriesWithoutAList,
  'calls-json-text': callsJsonText,
  'clock-two-minutes-ahead': clockTwoMinutesAhead,
  'counts-attempts-in-the-body': countsAttemptsInTheBody,
  'counts-attempts-twice': countsAttemptsTwice,
  'created-with-200': createdWith200,
  'dead-letter-counts-retries': deadLetterCountsRetries,
  'deleted-goes-on': deletedGoesOn,
  'delivers-by-put': deliversByPut,
  'disabled-looks-failed': disabledLooksFailed,
  'enabled-with-its-history': enabledWithItsHistory,
  'exchanges-at-once': exchangesAtOnce,
  'filter-ignored': filterIgnored,
  'first-failure-ever': firstFailureEver,
  'follows-redirects': followsRedirects,
  'gives-up-early': givesUpEarly,
  'gives-up-on-hang-up': givesUpOnHangUp,
  'gone-ends-one-delivery': goneEndsOneDelivery,
  'health-without-status': healthWithoutStatus,
  'id-for-each-attempt': idForEachAttempt,
  'id-from-the-second': idFromTheSecond,
  'id-of-the-types': idOfTheTypes,
  'id-with-space': idWithSpace,
  'jitter-downwards': jitterDownwards,
  'knows-200-alone': knows200Alone,
  'leaves-signature-out': leavesSignatureOut,
  'lists-one-page': listsOnePage,
  'looks-every-minute': looksEveryMinute,
  'metadata-address-allowed': metadataAddressAllowed,
  'never-gives-up': neverGivesUp,
  'never-lets-go': neverLetsGo,
  'not-found-is-final': notFoundIsFinal,
  'odd-retry-after-ends-delivery': oddRetryAfterEndsDelivery,
  'old-secret-for-ever': oldSecretForEver,
  'one-queue-for-each-type': oneQueueForEachType,
  'parser-throws': parserThrows,
  'permanent-is-retried': permanentIsRetried,
  'pings-new-endpoints': pingsNewEndpoints,
  'queue-of-five-hundred': queueOfFiveHundred,
  'rate-without-attempts': rateWithoutAttempts,
  'read-without-url': readWithoutUrl,
  'redelivers-from-the-log': redeliversFromTheLog,
  'redelivers-under-another-id': redeliversUnderAnotherId,
  'redelivery-swallowed': redeliverySwallowed,
  'redirect-acknowledges': redirectAcknowledges,
  'refused-is-final': refusedIsFinal,
  'repeats-what-a-retry-delivered': repeatsWhatARetryDelivered,
  'retry-after-for-ever': retryAfterForEver,
  'retry-after-in-seconds-alone': retryAfterInSecondsAlone,
  'retry-after-of-429-ignored': retryAfterOf429Ignored,
  'retry-after-of-503-ignored': retryAfterOf503Ignored,
  'same-delay-for-all': sameDelayForAll,
  'secret-in-answer': secretInAnswer,
  'secret-of-the-account': secretOfTheAccount,
  'sends-one-type-for-all': sendsOneTypeForAll,
  'sends-the-whole-record': sendsTheWholeRecord,
  'sent-is-delivered': sentIsDelivered,
  'signature-of-the-first-attempt': signatureOfTheFirstAttempt,
  'signs-another-serialisation': signsAnotherSerialisation,
  'signs-once-for-all-endpoints': signsOnceForAllEndpoints,
  'timeout-between-packets': timeoutBetweenPackets,
  'times-from-first-byte': timesFromFirstByte,
  'timestamp-of-the-first-attempt': timestampOfTheFirstAttempt,
  'tries-once': triesOnce,
  'two-retry-afters-end-delivery': twoRetryAftersEndDelivery,
  'type-becomes-header': typeBecomesHeader,
  'types-by-their-beginning': typesByTheirBeginning,
  'unknown-is-empty': unknownIsEmpty,
  'url-optional': urlOptional,
  'url-rewritten': urlRewritten,
  'user-information-allowed': userInformationAllowed,
  'weak-secrets': weakSecrets,
  'worker-dies-of-answer': workerDiesOfAnswer,
  'zero-means-at-once': zeroMeansAtOnce,
}
