// webhooks: e-mail by one SMTP server. A message that is sent again has the same Message-ID, so that a mailbox shows it once. It has one deadline,
// however slowly the server speaks: the socket is ours, and is closed with it.
import net from 'node:net';
import { failure } from '@holdfast/base';
import type { SMTPTransportOptions } from 'nodemailer';
import type { Sending } from './post.ts';
import type { Outcome } from './types.ts';

/** A server may look at a message for long before it takes it (RFC 5321, 4.5.3.2.6): who gives up too early sends it twice. */
export const mail_deadline_ms = 60_000;
const recipients_max = 20;
const address_chars_max = 254;

/** What is kept of a message until it is sent. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
}

export interface MailOptions {
  /** `smtp://user:password@host:587` (STARTTLS where the server has it) or `smtps://…:465`; absent: no mail is sent. */
  readonly smtp?: string | undefined;
  readonly from?: string | undefined;
  readonly deadline_ms?: number | undefined;
}

export class Mail {
  readonly #url: string | null;
  readonly #from: string;
  readonly #deadline_ms: number;

  /** Fails with HF-HOOK-004 where the address is none of an SMTP server, or the sender none of a mailbox. */
  constructor({ smtp, from, deadline_ms = mail_deadline_ms }: MailOptions) {
    this.#deadline_ms = deadline_ms;
    const url = smtp === undefined ? null : (URL.parse(smtp) ?? undefined);
    if (url === undefined || (url && (!['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')))
      throw failure('HF-HOOK-004', { saw: 'an address of another form', expected: 'smtp://host:port or smtps://user:password@host:port' });
    if (from !== undefined && !isMailbox(from)) throw failure('HF-HOOK-004', { saw: `the sender ${JSON.stringify(from)}`, expected: 'name@host' });
    this.#url = url?.href ?? null;
    this.#from = from ?? `holdfast@${url?.hostname ?? 'localhost'}`;
  }

  get is_set(): boolean {
    return this.#url !== null;
  }

  /** Never fails: what went wrong is in the outcome. */
  async send({ id, url, body }: Sending, stop?: AbortSignal): Promise<Outcome> {
    if (this.#url === null) return { status: null, text: '', error: 'no SMTP server is set: holdfast up --smtp URL' };
    const signal = AbortSignal.any([AbortSignal.timeout(this.#deadline_ms), ...(stop ? [stop] : [])]);
    try {
      const { subject, text } = JSON.parse(body) as Letter;
      const host = this.#from.slice(this.#from.indexOf('@') + 1);
      const said = await say(this.#url, { from: this.#from, to: recipientsOf(url), subject, text, messageId: `<${id}@${host}>` }, signal);
      return { status: Number.parseInt(said, 10) || null, text: said, error: null };
    } catch (error) {
      const { message, responseCode } = error as Error & { responseCode?: number };
      const why = signal.aborted && !stop?.aborted ? `no end of the sending within ${this.#deadline_ms} ms` : message;
      return { status: responseCode ?? null, text: '', error: why.slice(0, 500).toWellFormed() };
    }
  }
}

interface Message extends Letter {
  readonly from: string;
  readonly to: string[];
  readonly messageId: string;
}

/** What the server said in the end. */
async function say(url: string, message: Message, signal: AbortSignal): Promise<string> {
  const { createTransport } = await import('nodemailer'); // with the first message: a server that sends none does without it
  const socket = new net.Socket({ signal });
  const getSocket: SMTPTransportOptions['getSocket'] = ({ host = 'localhost', port, secure }, done) => {
    socket.on('error', (error) => done(error, false));
    socket.connect({ host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port ?? (secure ? 465 : 587)) }, () => done(null, { connection: socket }));
  };
  const options: SMTPTransportOptions = { url, getSocket, disableFileAccess: true, disableUrlAccess: true };
  try {
    const sent = await createTransport(options).sendMail(message);
    return (sent.response ?? '').slice(0, 500).toWellFormed();
  } finally {
    socket.destroy();
  }
}

const isMailbox = (text: string): boolean => text.length <= address_chars_max && /^[^\s@,;:<>()"\\[\]\p{Cc}]+@[^\s@,;:<>()"\\\p{Cc}]+$/u.test(text);

/** `mailto:` and the recipients. Fails with HF-HOOK-002 where they are none, or more than twenty. */
export function mailtoOf(to: string): string {
  const all = to.split(',').map((one) => one.trim());
  const odd = all.find((one) => !isMailbox(one));
  if (odd !== undefined) throw failure('HF-HOOK-002', { url: odd.slice(0, 200).toWellFormed(), why: 'expected name@host' });
  if (all.length > recipients_max) throw failure('HF-HOOK-002', { url: `of ${all.length} recipients`, why: `expected ${recipients_max} at most` });
  return `mailto:${all.join(',')}`;
}
export const recipientsOf = (mailto: string): string[] => mailto.slice('mailto:'.length).split(',');
