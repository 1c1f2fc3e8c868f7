import type { BrokenConsumer } from './broken-consumer.ts'
import acceptsHexForBase64 from './accepts-hex-for-base64.ts'
import acceptsReserialisedBody from './accepts-reserialised-body.ts'
import acknowledgesFailure from './acknowledges-failure.ts'
import algorithmByLength from './algorithm-by-length.ts'
import anyContentType from './any-content-type.ts'
import anyProviderHeader from './any-provider-header.ts'
import anySingleDigitVersion from './any-single-digit-version.ts'
import bodyUnlimited from './body-unlimited.ts'
import boundaryOffByOne from './boundary-off-by-one.ts'
import challengeAsPage from './challenge-as-page.ts'
import challengeBeforeSignature from './challenge-before-signature.ts'
import challengeInCapitals from './challenge-in-capitals.ts'
import checksThenInserts from './checks-then-inserts.ts'
import closedSchema from './closed-schema.ts'
import comparesAllButLastByte from './compares-all-but-last-byte.ts'
import comparesPrefix from './compares-prefix.ts'
import completesFamily from './completes-family.ts'
import contentTypeAsText from './content-type-as-text.ts'
import decodesChunkByChunk from './decodes-chunk-by-chunk.ts'
import dropsAcknowledgedEvent from './drops-acknowledged-event.ts'
import emptyBodyIsForged from './empty-body-is-forged.ts'
import emptyHeaderPasses from './empty-header-passes.ts'
import equalBodyIsARepeat from './equal-body-is-a-repeat.ts'
import eventTimeOnlyUtc from './event-time-only-utc.ts'
import expectsSpacedJson from './expects-spaced-json.ts'
import fallsBackToEmptyKey from './falls-back-to-empty-key.ts'
import firstHeaderWins from './first-header-wins.ts'
import firstSignatureOnly from './first-signature-only.ts'
import fiveSecondsOfPast from './five-seconds-of-past.ts'
import forgedDeliveryClaimsId from './forged-delivery-claims-id.ts'
import forgetsAfterFiveMinutes from './forgets-after-five-minutes.ts'
import freshnessOfEvent from './freshness-of-event.ts'
import futureTimestampPasses from './future-timestamp-passes.ts'
import guardsUnchecked from './guards-unchecked.ts'
import guessesTimestamp from './guesses-timestamp.ts'
import headerNamesAsDocumented from './header-names-as-documented.ts'
import idOptional from './id-optional.ts'
import identicalCopyProcessedAgain from './identical-copy-processed-again.ts'
import ignoresQuery from './ignores-query.ts'
import largeBodyUnverified from './large-body-unverified.ts'
import lastParameterWins from './last-parameter-wins.ts'
import lateEventDropped from './late-event-dropped.ts'
import ledgerWithoutRelease from './ledger-without-release.ts'
import legacySignatureSuffices from './legacy-signature-suffices.ts'
import lenientBase64 from './lenient-base64.ts'
import listAlwaysMatches from './list-always-matches.ts'
import longListPasses from './long-list-passes.ts'
import mediaTypeInSmallLetters from './media-type-in-small-letters.ts'
import membersInFixedOrder from './members-in-fixed-order.ts'
import millisecondsForSeconds from './milliseconds-for-seconds.ts'
import noFutureAtAll from './no-future-at-all.ts'
import notANumberIsFresh from './not-a-number-is-fresh.ts'
import oldTimestampPasses from './old-timestamp-passes.ts'
import parsesBeforeVerifying from './parses-before-verifying.ts'
import plainDigestForMac from './plain-digest-for-mac.ts'
import prefixCutOff from './prefix-cut-off.ts'
import processesBeforeVerifying from './processes-before-verifying.ts'
import putIsPost from './put-is-post.ts'
import readsAnnouncedLengthOnly from './reads-announced-length-only.ts'
import redirectsOneType from './redirects-one-type.ts'
import refusalAsPlainText from './refusal-as-plain-text.ts'
import refusalIsServerError from './refusal-is-server-error.ts'
import refusalRevealsSignature from './refusal-reveals-signature.ts'
import refusalWithOddStatus from './refusal-with-odd-status.ts'
import refusalWithStackTrace from './refusal-with-stack-trace.ts'
import remembersAttempts from './remembers-attempts.ts'
import repeatRefused from './repeat-refused.ts'
import retryAfterInWords from './retry-after-in-words.ts'
import schemaVersionPinned from './schema-version-pinned.ts'
import secretTextAsKey from './secret-text-as-key.ts'
import signatureOptional from './signature-optional.ts'
import signsIdOfBody from './signs-id-of-body.ts'
import smallBodyLimit from './small-body-limit.ts'
import stripsByteOrderMark from './strips-byte-order-mark.ts'
import tagByItsStart from './tag-by-its-start.ts'
import tagOptional from './tag-optional.ts'
import throttledWithoutBody from './throttled-without-body.ts'
import timestampOptional from './timestamp-optional.ts'
import timestampParsedLeniently from './timestamp-parsed-leniently.ts'
import transcodesByCharset from './transcodes-by-charset.ts'
import trimsBody from './trims-body.ts'
import unknownEntrySpoilsList from './unknown-entry-spoils-list.ts'
import unknownTypeRefused from './unknown-type-refused.ts'
import unparsedHeaderPasses from './unparsed-header-passes.ts'
import unreadableBodyCrashes from './unreadable-body-crashes.ts'
import verifiesDecodedText from './verifies-decoded-text.ts'
import verifiesReserialisedBody from './verifies-reserialised-body.ts'
import versionSuffixRefused from './version-suffix-refused.ts'
import worksPastDeadline from './works-past-deadline.ts'

/** Every broken consumer by the name of its file, which says what is wrong. */
export const brokenConsumers: Readonly<Record<string, BrokenConsumer>> = {
  'accepts-hex-for-base64': acceptsHexForBase64,
  'accepts-reserialised-body': acceptsReserialisedBody,
  'acknowledges-failure': acknowledgesFailure,
  'algorithm-by-length': algorithmByLength,
  'any-content-type': anyContentType,
  'any-provider-header': anyProviderHeader,
  'any-single-digit-version': anySingleDigitVersion,
  'body-unlimited': bodyUnlimited,
  'boundary-off-by-one': boundaryOffByOne,
  'challenge-as-page': challengeAsPage,
  'challenge-before-signature': challengeBeforeSignature,
  'challenge-in-capitals': challengeInCapitals,
  'checks-then-inserts': checksThenInserts,
  'closed-schema': closedSchema,
  'compares-all-but-last-byte': comparesAllButLastByte,
  'compares-prefix': comparesPrefix,
  'completes-family': completesFamily,
  'content-type-as-text': contentTypeAsText,
  'decodes-chunk-by-chunk': decodesChunkByChunk,
  'drops-acknowledged-event': dropsAcknowledgedEvent,
  'empty-body-is-forged': emptyBodyIsForged,
  'empty-header-passes': emptyHeaderPasses,
  'equal-body-is-a-repeat': equalBodyIsARepeat,
  'event-time-only-utc': eventTimeOnlyUtc,
  'expects-spaced-json': expectsSpacedJson,
  'falls-back-to-empty-key': fallsBackToEmptyKey,
  'first-header-wins': firstHeaderWins,
  'first-signature-only': firstSignatureOnly,
  'five-seconds-of-past': fiveSecondsOfPast,
  'forged-delivery-claims-id': forgedDeliveryClaimsId,
  'forgets-after-five-minutes': forgetsAfterFiveMinutes,
  'freshness-of-event': freshnessOfEvent,
  'future-timestamp-passes': futureTimestampPasses,
  'guards-unchecked': guardsUnchecked,
  'guesses-timestamp': guessesTimestamp,
  'header-names-as-documented': headerNamesAsDocumented,
  'id-optional': idOptional,
  'identical-copy-processed-again': identicalCopyProcessedAgain,
  'ignores-query': ignoresQuery,
  'large-body-unverified': largeBodyUnverified,
  'last-parameter-wins': lastParameterWins,
  'late-event-dropped': lateEventDropped,
  'ledger-without-release': ledgerWithoutRelease,
  'legacy-signature-suffices': legacySignatureSuffices,
  'lenient-base64': lenientBase64,
  'list-always-matches': listAlwaysMatches,
  'long-list-passes': longListPasses,
  'media-type-in-small-letters': mediaTypeInSmallLetters,
  'members-in-fixed-order': membersInFixedOrder,
  'milliseconds-for-seconds': millisecondsForSeconds,
  'no-future-at-all': noFutureAtAll,
  'not-a-number-is-fresh': notANumberIsFresh,
  'old-timestamp-passes': oldTimestampPasses,
  'parses-before-verifying': parsesBeforeVerifying,
  'plain-digest-for-mac': plainDigestForMac,
  'prefix-cut-off': prefixCutOff,
  'processes-before-verifying': processesBeforeVerifying,
  'put-is-post': putIsPost,
  'reads-announced-length-only': readsAnnouncedLengthOnly,
  'redirects-one-type': redirectsOneType,
  'refusal-as-plain-text': refusalAsPlainText,
  'refusal-is-server-error': refusalIsServerError,
  'refusal-reveals-signature': refusalRevealsSignature,
  'refusal-with-odd-status': refusalWithOddStatus,
  'refusal-with-stack-trace': refusalWithStackTrace,
  'remembers-attempts': remembersAttempts,
  'repeat-refused': repeatRefused,
  'retry-after-in-words': retryAfterInWords,
  'schema-version-pinned': schemaVersionPinned,
  'secret-text-as-key': secretTextAsKey,
  'signature-optional': signatureOptional,
  'signs-id-of-body': signsIdOfBody,
  'small-body-limit': smallBodyLimit,
  'strips-byte-order-mark': stripsByteOrderMark,
  'tag-by-its-start': tagByItsStart,
  'tag-optional': tagOptional,
  'throttled-without-body': throttledWithoutBody,
  'timestamp-optional': timestampOptional,
  'timestamp-parsed-leniently': timestampParsedLeniently,
  'transcodes-by-charset': transcodesByCharset,
  'trims-body': trimsBody,
  'unknown-entry-spoils-list': unknownEntrySpoilsList,
  'unknown-type-refused': unknownTypeRefused,
  'unparsed-header-passes': unparsedHeaderPasses,
  'unreadable-body-crashes': unreadableBodyCrashes,
  'verifies-decoded-text': verifiesDecodedText,
  'verifies-reserialised-body': verifiesReserialisedBody,
  'version-suffix-refused': versionSuffixRefused,
  'works-past-deadline': worksPastDeadline,
}
