import dns from 'node:dns';
import { describe, expect, it, vi } from 'vitest';
import { checkUrl, checkedLookup, isPublic } from './address.ts';
import { signatureOf } from './post.ts';

describe('an address that may be called', () => {
  it.each(['93.184.215.14', '2606:2800:21f:cb07::1', '8.8.8.8', '172.32.0.1'])('is on the internet: %s', (address) => {
    expect(isPublic(address)).toBe(true);
  });
  it.each([
    '127.0.0.1', '127.9.9.9', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255',
    '::1', '::', 'fe80::1', 'fd00::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '::127.0.0.1', 'nonsense',
  ])('is not %s', (address) => { expect(isPublic(address)).toBe(false); }); // prettier-ignore

  it.each([
    'ftp://example.com', 'file:///etc/passwd', 'x', '', 'http://', 'http://localhost:1', 'http://a.localhost', 'http://127.0.0.1', 'http://2130706433', 'http://0x7f.1',
    'http://[::1]:80', 'http://[::ffff:7f00:1]', 'http://ada:pass@example.com', 'http://169.254.169.254/latest',
  ])('is not %j', (text) => { expect(() => checkUrl(text, false)).toThrow(/cannot be called/); }); // prettier-ignore

  it('is one of the own network where that was allowed, and still http or https alone', () => {
    expect(checkUrl('http://127.0.0.1:9000/x', true).port).toBe('9000');
    expect(() => checkUrl('file:///x', true)).toThrow(/expected http/);
  });
});

describe('a name', () => {
  const lookUp = (found: readonly { address: string; family: number }[], all: boolean) => {
    const answer = (_name: string, _options: unknown, done: (error: Error | null, found: unknown) => void) => done(null, found);
    const spied = vi.spyOn(dns, 'lookup').mockImplementation(answer as never);
    return new Promise<unknown>((resolve) => {
      checkedLookup('hooks.example', { all }, (error, address) => resolve(error?.message ?? address));
    }).finally(() => spied.mockRestore());
  };
  it('is connected to at the address that was checked', async () => {
    expect(await lookUp([{ address: '93.184.215.14', family: 4 }], false)).toBe('93.184.215.14');
    expect(await lookUp([{ address: '93.184.215.14', family: 4 }], true)).toEqual([{ address: '93.184.215.14', family: 4 }]);
  });
  it('is refused where one of its addresses is not on the internet', async () => {
    expect(await lookUp([{ address: '93.184.215.14', family: 4 }, { address: '169.254.169.254', family: 4 }], true)).toMatch(/it stands for 169.254.169.254/); // prettier-ignore
    expect(await lookUp([], false)).toMatch(/no address/);
  });
});

it('the signature is that of MLflow: HMAC-SHA256 of id, second and body, in base64', () => {
  // python3: base64.b64encode(hmac.new(b'key', b'id-1.1700000000.{"a": 1}', 'sha256').digest())
  expect(signatureOf('key', 'id-1', '1700000000', '{"a": 1}')).toBe('v1,AlqrXDmb/mhLeDL4Wn7lcU5heoPrwnMNG7Awp5e8V2o=');
});
