// agent/sync: requests of this device, signed with its Ed25519 key (see `signedText` of the protocol).

import { type KeyObject, createHash, sign } from 'node:crypto';
import { device_headers, signedText } from '@holdfast/protocol';
import type { DeviceClock } from './device-clock.ts';
import { type Answer, type Exchange, HttpPeer, type StreamedAnswer } from './http-peer.ts';

export interface ChannelOptions {
  readonly server: string;
  readonly device: string;
  readonly key: KeyObject;
  readonly clock: DeviceClock;
  readonly silence_ms?: number | undefined;
}

export class DeviceChannel {
  readonly #options: ChannelOptions;
  readonly #peer: HttpPeer;
  /** The time of the last request that the server took. A report counts only where it is signed later, also after the clock was set back a little. */
  #taken_ms = 0;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#peer = new HttpPeer(options.server, options.silence_ms === undefined ? {} : { silence_ms: options.silence_ms });
  }

  async exchange(exchange: Exchange): Promise<Answer> {
    const answer = await this.#exchangeOnce(exchange);
    if (answer.status !== 401 || !this.#learnTime(answer)) return answer;
    // The clock was wrong enough for the signature to be refused; the answer's date has set it.
    return this.#exchangeOnce(exchange);
  }

  async #exchangeOnce(exchange: Exchange): Promise<Answer> {
    const time_ms = this.#time_ms();
    const answer = await this.#peer.exchange(this.#signed(exchange, time_ms));
    if (answer.status === 200) this.#taken_ms = time_ms;
    return answer;
  }

  #time_ms(): number {
    return Math.max(this.#options.clock.now_ms(), this.#taken_ms + 1);
  }

  stream(exchange: Exchange): Promise<StreamedAnswer> {
    return this.#peer.stream(this.#signed(exchange, this.#time_ms()));
  }

  close(): void {
    this.#peer.close();
  }

  #signed(exchange: Exchange, time_ms: number): Exchange {
    const { device, key } = this.#options;
    const time = String(time_ms);
    const digest = createHash('sha256')
      .update(exchange.body ?? '')
      .digest('hex');
    const signature = sign(null, Buffer.from(signedText(exchange.method, exchange.path, device, time, digest)), key).toString('base64');
    const { device: device_name, time: time_name, signature: signature_name } = device_headers;
    return { ...exchange, headers: { ...exchange.headers, [device_name]: device, [time_name]: time, [signature_name]: signature } };
  }

  /** True where the Date header is more than a minute away from our time, which is then corrected. */
  #learnTime(answer: Answer): boolean {
    const { clock } = this.#options;
    const server_ms = Date.parse(String(answer.headers['date']));
    if (!Number.isFinite(server_ms) || Math.abs(server_ms - clock.now_ms()) < 60_000) return false;
    clock.correct(server_ms, clock.mono_ms());
    this.#taken_ms = 0;
    return true;
  }
}
