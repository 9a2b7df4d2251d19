// mlflow: calls of MLflow's REST protocol, whoever serves it.
import { failure } from '@holdfast/base';

export interface Address {
  readonly url: string;
  /** `Authorization`, where the server asks for one. */
  readonly authorization?: string | undefined;
}

/** What the server answered in its own words. */
export class MlflowRefusal extends Error {
  readonly status: number;
  readonly error_code: string;

  constructor(status: number, error_code: string, message: string) {
    super(message);
    this.status = status;
    this.error_code = error_code;
  }
}

type Query = Readonly<Record<string, string | number | undefined>>;

export class MlflowRest {
  readonly #address: Address;

  constructor(address: Address) {
    this.#address = { ...address, url: address.url.replace(/\/+$/, '') };
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    const given = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined) given.set(key, String(value));
    return this.#json<T>('GET', `/api/2.0/mlflow/${path}?${given.toString()}`);
  }
  send<T>(method: 'POST' | 'PATCH', path: string, body: object): Promise<T> {
    return this.#json<T>(method, `/api/2.0/mlflow/${path}`, JSON.stringify(body));
  }

  /** A path below the proxy of artifacts; each part of it is encoded. */
  async artifacts(method: 'GET' | 'PUT', path: string, body?: AsyncIterable<Uint8Array>): Promise<Response> {
    return this.#ask(method, `/api/2.0/mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`, body, 'application/octet-stream');
  }
  /** The entries of a folder of the proxy, by their last names. */
  async listFolder(path: string): Promise<{ path: string; is_dir: boolean }[]> {
    const query = new URLSearchParams({ path }).toString();
    return (await this.#json<{ files?: { path: string; is_dir: boolean }[] }>('GET', `/api/2.0/mlflow-artifacts/artifacts?${query}`)).files ?? [];
  }

  async #json<T>(method: string, path: string, body?: string): Promise<T> {
    return (await (await this.#ask(method, path, body, 'application/json')).json()) as T;
  }

  async #ask(method: string, path: string, body: string | AsyncIterable<Uint8Array> | undefined, type: string): Promise<Response> {
    const { url, authorization } = this.#address;
    const headers: Record<string, string> = { ...(authorization ? { authorization } : {}), ...(body === undefined ? {} : { 'content-type': type }) };
    const init = { method, headers, ...(body === undefined ? {} : { body, duplex: 'half' }) } as RequestInit;
    let response: Response;
    try {
      response = await fetch(url + path, init);
    } catch (cause) {
      const inner = (cause as Error).cause as Error | undefined;
      throw failure('HF-CLI-003', { url, reason: inner?.message ?? (cause as Error).message }, cause);
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }
}

async function refusal(response: Response): Promise<Error> {
  const text = await response.text();
  try {
    const { error_code, message } = JSON.parse(text) as { error_code: string; message: string };
    return new MlflowRefusal(response.status, error_code, message);
  } catch {
    return new MlflowRefusal(response.status, 'UNKNOWN', text.slice(0, 200)); // a proxy in between, perhaps
  }
}

/** The thing, or null where the server says that it is not there. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MlflowRefusal && (error.error_code === 'RESOURCE_DOES_NOT_EXIST' || error.status === 404)) return null;
    throw error;
  }
}
