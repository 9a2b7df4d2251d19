// webhooks: e-mail by one SMTP server. A message that is sent again has the same Message-ID, so that a mailbox shows it once.
import { failure } from '@holdfast/base';
import type { Transporter } from 'nodemailer';
import type { Sending } from './post.ts';
import type { Outcome } from './types.ts';

const deadline_ms = 10_000;
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
}

export class Mail {
  readonly #url: string | null;
  readonly #from: string;
  #transport: Promise<Transporter> | null = null;

  /** Fails with HF-HOOK-004 where the address is none of an SMTP server, or the sender none of a mailbox. */
  constructor({ smtp, from }: MailOptions) {
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
  async send({ id, url, body }: Sending): Promise<Outcome> {
    if (this.#url === null) return { status: null, text: '', error: 'no SMTP server is set: holdfast up --smtp URL' };
    try {
      const { subject, text } = JSON.parse(body) as Letter;
      const transport = await (this.#transport ??= openTransport(this.#url));
      const host = this.#from.slice(this.#from.indexOf('@') + 1);
      const sent = (await transport.sendMail({ from: this.#from, to: recipientsOf(url), subject, text, messageId: `<${id}@${host}>` })) as {
        response?: string;
      };
      const said = (sent.response ?? '').slice(0, 500).toWellFormed();
      return { status: Number.parseInt(said, 10) || null, text: said, error: null };
    } catch (error) {
      const { message, responseCode } = error as Error & { responseCode?: number };
      return { status: responseCode ?? null, text: '', error: message.slice(0, 500).toWellFormed() };
    }
  }
}

/** Loaded with the first message: a server that sends none does without it. */
async function openTransport(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const limits = { connectionTimeout: deadline_ms, greetingTimeout: deadline_ms, socketTimeout: deadline_ms, dnsTimeout: deadline_ms };
  return createTransport({ url, ...limits, disableFileAccess: true, disableUrlAccess: true } as Parameters<typeof createTransport>[0]);
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
