// webhooks: one call: a POST with a deadline, a signature, and an answer of which only the beginning is read. No redirect is followed.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { bareHost, checkUrl, checkedLookup } from './address.ts';
import type { Outcome, ReceiverKind } from './types.ts';

export const call_deadline_ms = 10_000;
const answer_bytes_max = 4_096;

export interface Sending {
  readonly id: string;
  readonly kind: ReceiverKind;
  readonly url: string;
  readonly secret: string | null;
  readonly body: string;
  readonly at_ms: number;
}

const mlflow_headers = { id: 'x-mlflow-delivery-id', timestamp: 'x-mlflow-timestamp', signature: 'x-mlflow-signature' } as const;
/** Of the Standard Webhooks specification 1.0. */
const standard_headers = { id: 'webhook-id', timestamp: 'webhook-timestamp', signature: 'webhook-signature' } as const;

/** `v1,` and the HMAC of id, second and body, as MLflow and the Standard Webhooks have it. */
export function signatureOf(secret: string, id: string, timestamp: string, body: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret; // as the Standard Webhooks write a key of bytes
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** The address of a Slack channel is its secret: no error shows it. */
export const shownOf = ({ kind, url }: Pick<Sending, 'kind' | 'url'>): string => (kind === 'slack' ? `${new URL(url).origin}/…` : url);

/** Never fails: what went wrong is in the outcome. */
export async function post(of: Sending, options: { allow_private: boolean; stop?: AbortSignal }): Promise<Outcome> {
  try {
    const answer = await request(checkUrl(of.url, options.allow_private, shownOf(of)), of, options);
    const is_good = answer.status >= 200 && answer.status < 300;
    return { ...answer, error: is_good ? null : `the answer was ${answer.status}` };
  } catch (error) {
    const why = (error as Error).name === 'TimeoutError' ? `no answer within ${call_deadline_ms} ms` : (error as Error).message;
    return { status: null, text: '', error: why.slice(0, 500).toWellFormed() };
  }
}

async function request(url: URL, { id, kind, secret, body, at_ms }: Sending, { allow_private, stop }: { allow_private: boolean; stop?: AbortSignal }) {
  const timestamp = String(Math.floor(at_ms / 1_000));
  const bytes = Buffer.from(body);
  const name = kind === 'mlflow' ? mlflow_headers : standard_headers;
  const headers = {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'user-agent': 'holdfast',
    [name.id]: id,
    [name.timestamp]: timestamp,
    ...(secret === null ? {} : { [name.signature]: signatureOf(secret, id, timestamp, body) }),
  };
  const signal = AbortSignal.any([AbortSignal.timeout(call_deadline_ms), ...(stop ? [stop] : [])]);
  const options = { method: 'POST', host: bareHost(url), headers, signal, agent: false, ...(allow_private ? {} : { lookup: checkedLookup }) } as const;
  const { resolve, reject, promise } = Promise.withResolvers<{ status: number; text: string }>();
  const failed = (error: Error) => reject(signal.aborted ? (signal.reason as Error) : error);
  const asked = (url.protocol === 'https:' ? https : http).request(url, options, (answer) => {
    beginning(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), failed);
  });
  asked.once('error', failed);
  asked.end(bytes);
  return promise;
}

async function beginning(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= answer_bytes_max) break; // the rest is not read: the socket is closed
  }
  return Buffer.concat(chunks).subarray(0, answer_bytes_max).toString('utf8').replaceAll('\0', '\u{fffd}');
}
