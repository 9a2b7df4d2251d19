// web/settings: what the settings ask: only the section that is open.
import { type Reply, useRoute } from '../../app/api.ts';

export type Monitor = Reply<'monitorList'>['monitors'][number];

export type Channel = Reply<'channelList'>['channels'][number];

export const useUsers = () => useRoute('userList', {});
export const useTokens = () => useRoute('tokenList', {});
export const useJoinTokens = () => useRoute('joinTokenList', {});
export const useGroups = () => useRoute('groupList', {});
export const useChannels = () => useRoute('channelList', {});
export const useMonitors = () => useRoute('monitorList', {});
