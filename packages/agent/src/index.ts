// agent: runs on the device: captures, watches, keeps, syncs, installs, supervises. No dependency but Node 18 or later.
export { type AgentOptions, type RunningAgent, runAgent } from './agent.ts';
export { type Identity, readIdentity } from './identity.ts';
export { verifyBundle } from './install/bundle-file.ts';
export { makeFolder } from './own-folder.ts';
export { type JoinOptions, joinServer, parseJoinAddress } from './join.ts';
export { type SuperviseOptions, superviseOnly } from './supervise-only.ts';
