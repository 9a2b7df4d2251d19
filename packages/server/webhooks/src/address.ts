// webhooks: which addresses may be called. A name is resolved once: what it stands for is checked, and that is what is connected to, so that a
// name that changes its mind in between (DNS rebinding) changes nothing.
import dns from 'node:dns';
import net from 'node:net';
import { failure } from '@holdfast/base';

/** What is not on the internet: IANA's special-purpose registries (RFC 6890), and what carries such an address inside of another. */
const special_v4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
]; // prettier-ignore
const special_v6 = ['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8']; // prettier-ignore

const refused = new net.BlockList();
for (const [of, family] of [
  [special_v4, 'ipv4'],
  [special_v6, 'ipv6'],
] as const)
  // prettier-ignore
  for (const subnet of of) {
    const [network = '', bits] = subnet.split('/');
    refused.addSubnet(network, Number(bits), family);
  }

/** An IPv4 address in an IPv6 one is held to the rules of IPv4. */
export function isPublic(address: string): boolean {
  const family = net.isIP(address);
  return family !== 0 && !refused.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** The parsed address. Fails with HF-HOOK-002 for one that is never called, whatever its name stands for, which it names as `shown`. */
export function checkUrl(text: string, allow_private: boolean, shown = text): URL {
  const wrong = (why: string): Error => failure('HF-HOOK-002', { url: shown.slice(0, 200).toWellFormed(), why });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw wrong('it is no URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('expected http:// or https://');
  if (url.username !== '' || url.password !== '') throw wrong('a name or password does not belong in it');
  const host = bareHost(url);
  if (!allow_private && (host === 'localhost' || host.endsWith('.localhost') || (net.isIP(host) !== 0 && !isPublic(host))))
    throw wrong('it is not on the internet');
  return url;
}
/** Without the brackets of IPv6. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();

/** In place of `dns.lookup` for a socket: fails where the name stands for any address that may not be called. */
export const checkedLookup: net.LookupFunction = (name, options, done) => {
  dns.lookup(name, { ...options, all: true }, (error, found) => {
    if (error) return done(error, '');
    const odd = found.find(({ address }) => !isPublic(address));
    if (odd) return done(failure('HF-HOOK-002', { url: name, why: `it stands for ${odd.address}, which is not on the internet` }), '');
    const [first] = found;
    if (options.all === true) return done(null, found);
    return first ? done(null, first.address, first.family) : done(failure('HF-HOOK-002', { url: name, why: 'it stands for no address' }), '');
  });
};
