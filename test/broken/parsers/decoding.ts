import { invalidUtf8At } from '../../../harness/sse/invalid-utf8.ts'
import { breaking } from './broken-parser.ts'

const mark = '\ufeff'

/** Wrong on the way from bytes to text. */
export const decodingFaults = [
  ...breaking('utf8', {
    'decodes Latin-1': { decoder: () => (bytes) => Buffer.from(bytes).toString('latin1') },
    'decodes ASCII and asks for the rest': { decoder: streaming((text) => text.replace(/[^\0-\x7f]/gu, '?')) },
    'drops characters beyond the basic plane': { decoder: streaming((text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '')) },
    'drops U+FFFD that was sent': { unmark: () => unmarkOnce((text) => text.replaceAll('\ufffd', '')) },
    'drops noncharacters': { decoder: streaming((text) => text.replaceAll('\uffff', '')) },
  }),
  ...breaking('split-utf8', {
    'decodes each chunk for itself': { decoder: () => (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) },
    'dies of a character that is cut': { decoder: () => (bytes) => new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes) },
    'drops a character that is cut': { decoder: () => (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replace(/^\ufffd+|\ufffd+$/g, '') },
  }),
  ...breaking('invalid-utf8', {
    'dies of invalid UTF-8': { decoder: () => streamingDecoder({ fatal: true }) },
    'drops invalid UTF-8': { decoder: streaming((text) => text.replaceAll('\ufffd', '')) },
    'makes one U+FFFD of several': { decoder: streaming((text) => text.replace(/\ufffd+/g, '\ufffd')) },
    'makes a U+FFFD of each byte that is wrong': { decoder: () => bytewise(() => 1) },
    'passes over as many bytes as the first announces': { decoder: () => bytewise(announcedLength) },
    'takes invalid bytes for Latin-1': { decoder: () => bytewise(() => 1, (byte) => String.fromCharCode(byte)) },
  }),
  ...breaking('bom', {
    'keeps the byte order mark': { unmark: () => (text) => text },
    'takes the mark off only if the first chunk has all of it': { decoder: () => wholeMarkDecoder(), unmark: () => (text) => text },
    'takes the mark for a blank line': { unmark: () => unmarkOnce((text) => text, '\n\nfoo') },
  }),
  ...breaking('one-bom', {
    'takes two marks off': { unmark: () => leading(/^\ufeff{1,2}/) },
    'takes every mark at the start off': { unmark: () => leading(/^\ufeff+/) },
    'takes a mark for one that was decoded as Latin-1': { unmark: () => leading(/^(\ufeff|\u00ef\u00bb\u00bf)/) },
  }),
  ...breaking('bom-elsewhere', {
    'takes a mark off each chunk': { unmark: () => (text) => (text.startsWith(mark) ? text.slice(1) : text) },
    'takes every mark off': { unmark: () => (text) => text.replaceAll(mark, '') },
    'takes a mark off each value': { data: (block, value) => void block.lines.push(value.replace(/^\ufeff/, '')), id: (block, value) => void (block.id = value.replace(/^\ufeff/, '')) },
    'takes a mark off each line': { isBlank: (line) => line === '' || line === mark, field: (line) => fieldOf(line.replace(/^\ufeff/, '')) },
    'takes a mark off the first line that is not blank': { splitter: () => unmarkingSplitter() },
    'trims marks from the ends of values': { data: (block, value) => void block.lines.push(value.replace(/\ufeff$/, '')) },
  }),
]
