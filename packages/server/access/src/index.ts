// access: who is who, who may do what, and who changed what.
export { Access, type AccessOptions, type SignedIn, link_life_ms, session_life_ms } from './access.ts';
export { type Granted, type Subject, subjectOf } from './grants.ts';
export type { GrantRow } from './grant-table.ts';
export { type Deed, type Level, Reach, type Thing, levels } from './reach.ts';
export { makeAudit } from './audit.ts';
export type { AuditCursor, AuditNews } from './audit-table.ts';
export { migrations as accessMigrations } from './migrations.ts';
export { type Principal, type UserRole, actorOf, authorize } from './types.ts';
