// agent/install: from a desired bundle to a running one, and back where it does not do.
export { InstallFile, type InstallRecord, type InstallStore } from './install-file.ts';
export { Installer, type InstallerOptions, type Switchable } from './installer.ts';
export { Slots } from './slots.ts';
export { wishOf } from './wish.ts';
