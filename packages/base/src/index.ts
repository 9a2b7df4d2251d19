// base: errors, ids, time, bytes, limits, retry. No input or output lives here.
export { type ErrorCode, catalogue, failure, lookUp } from './errors/catalogue.ts';
export { type CatalogueEntry, type Details, HoldfastError } from './errors/error.ts';
export { concat, crc32, isDigest, toHex } from './bytes.ts';
export { type RandomBytes, makeId, makeSecret } from './ids.ts';
export { type Clock, systemClock } from './clock.ts';
export { type BackOff, backOff_ms } from './retry.ts';
export { checkName } from './names.ts';
export { oneOf } from './suggest.ts';
