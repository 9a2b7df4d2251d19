// blobs: the address of a bucket, s3://bucket/prefix?endpoint=…&region=…  Credentials come from the usual AWS variables only,
// so that an address can be logged.
import { failure } from '@holdfast/base';

export interface BucketAddress {
  readonly bucket: string;
  /** Empty, or ending with a slash. */
  readonly prefix: string;
  readonly endpoint: string | null;
  readonly region: string;
}

export function parseBucketUrl(text: string, env: NodeJS.ProcessEnv = process.env): BucketAddress {
  if (!URL.canParse(text)) throw refused(text);
  const url = new URL(text);
  const unknown = [...url.searchParams.keys()].find((key) => key !== 'endpoint' && key !== 'region');
  if (url.protocol !== 's3:' || url.hostname === '' || url.username !== '' || unknown !== undefined) throw refused(text);
  const path = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
  const region = url.searchParams.get('region') ?? env['AWS_REGION'] ?? 'us-east-1';
  return { bucket: url.hostname, prefix: path === '' ? '' : `${path}/`, endpoint: url.searchParams.get('endpoint'), region };
}

function refused(text: string): Error {
  const shown = text.replace(/\/\/[^/@]*@/, '//…@');
  return failure('HF-BLOB-004', { reason: `the address ${JSON.stringify(shown)} is not of the form s3://bucket/prefix?endpoint=…&region=…` });
}
