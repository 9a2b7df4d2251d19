// contract/server: the wire between a real agent and a real server, which loses a reply, gives one twice, or is told of one that passes.
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeviceLabel, SyncReply } from '@holdfast/protocol';

/** What happens to a reply that carries labels; every other one passes. */
export type Fate = 'passes' | 'is lost' | 'comes twice';

export class LabelsWire {
  readonly #server: Server;
  readonly #target: string;
  #before: readonly DeviceLabel[] = [];
  fate: Fate = 'passes';
  /** Called once the last byte of a reply with labels was handed over. */
  on_labels: () => void = () => undefined;
  replies_with_labels = 0;

  constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => void this.#carry(request, response));
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined); // an agent that was killed hears nothing
    try {
      const parts: Buffer[] = [];
      for await (const chunk of request) parts.push(chunk as Buffer);
      const headers = Object.entries(request.headers).filter(([name]) => /^(holdfast-|content-(type|encoding))/.test(name)) as [string, string][];
      const body = Buffer.concat(parts);
      const answer = await fetch(`${this.#target}${request.url}`, { method: request.method!, headers, ...(body.length > 0 ? { body } : {}) });
      this.#hand(response, answer.status, Buffer.from(await answer.arrayBuffer()));
    } catch {
      response.destroy(); // cut in its middle: the agent asks again
    }
  }

  #hand(response: ServerResponse, status: number, bytes: Buffer): void {
    const reply = status === 200 ? (JSON.parse(bytes.toString()) as SyncReply) : null;
    const labels = reply?.labels ?? [];
    if (labels.length > 0) this.replies_with_labels++;
    if (labels.length > 0 && this.fate === 'is lost') return void response.destroy();
    const again = this.fate === 'comes twice' && reply && labels.length === 0 ? { ...reply, labels: this.#before } : reply;
    if (labels.length > 0) this.#before = labels;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(again ? JSON.stringify(again) : bytes, () => labels.length > 0 && this.on_labels());
  }
}
