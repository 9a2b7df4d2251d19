// web/parts: a change that is asked for twice: what it does in a sentence, then the button that does it. Shows the server's error where it refuses.
import { Button, Modal, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ProblemNote } from './problem.tsx';

interface ConfirmProps {
  readonly label: string;
  readonly title: string;
  readonly children: ReactNode;
  /** Given: a reason is asked for and handed on. */
  readonly reason?: string;
  readonly grave?: boolean;
  readonly disabled?: boolean;
  /** Where the button's name is another than that of the change: a row has its name already. */
  readonly short?: string;
  /** Before it opens: a form takes what is there now. */
  readonly onOpen?: () => void;
  readonly act: (reason: string) => Promise<unknown>;
}

export function Confirm({ label, title, children, reason, grave, disabled, short, onOpen, act }: ConfirmProps) {
  const [open, setOpen] = useState(false);
  const [given, setGiven] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const show = () => {
    onOpen?.();
    setOpen(true);
  };
  const close = () => {
    setOpen(false);
    setError(null);
    setGiven('');
  };
  const go = async () => {
    setBusy(true);
    try {
      await act(given);
      close();
    } catch (refused) {
      setError(refused as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button variant="default" size="xs" disabled={disabled ?? false} onClick={show} {...(short ? { 'aria-label': label } : {})}>
        {short ?? label}
      </Button>
      <Modal opened={open} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close' }} centered>
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            void go();
          }}
        >
          <div>{children}</div>
          {reason ? (
            <TextInput label={reason} value={given} onChange={(event) => setGiven(event.currentTarget.value)} maxLength={500} required data-autofocus />
          ) : null}
          {error ? <ProblemNote error={error} /> : null}
          <div className="row">
            <Button type="submit" size="xs" loading={busy} {...(grave ? { color: 'var(--bad)' } : {})}>
              {label}
            </Button>
            <Button variant="default" size="xs" onClick={close}>
              Leave it
            </Button>
          </div>
        </form>
      </Modal>
    </>
  );
}
