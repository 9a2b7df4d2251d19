// web/parts: a line to be run elsewhere, and a button that copies it.
import { Button, CopyButton } from '@mantine/core';

export const CopyLine = ({ text, label }: { text: string; label: string }) => (
  <div className="command">
    <code tabIndex={0} role="textbox" aria-readonly="true" aria-label={label}>
      {text}
    </code>
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" size="compact-xs" onClick={copy}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      )}
    </CopyButton>
  </div>
);
