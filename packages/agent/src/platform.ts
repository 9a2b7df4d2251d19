// agent: what this device is, in the words of the protocol.

export const agent_version = '0.1.0';

export interface Platform {
  readonly os: string;
  readonly arch: string;
  readonly runtime: string;
}

export function thisPlatform(): Platform {
  return { os: process.platform, arch: process.arch, runtime: `node ${process.versions.node}` };
}
