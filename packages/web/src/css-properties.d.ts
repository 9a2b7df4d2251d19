// web: a style may set a custom property of ours.
import 'react';

declare module 'react' {
  interface CSSProperties {
    '--depth'?: string;
  }
}
