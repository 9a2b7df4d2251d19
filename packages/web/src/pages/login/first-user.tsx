// web/login: the first user of a new server.
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { api } from '../../app/api.ts';
import { ProblemNote } from '../../parts/problem.tsx';

export function FirstUser({ done }: { done: () => void }) {
  const [name, setName] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await api.call('userPut', { body: { name, passphrase, role: 'admin' } });
      // from here on the audit says this name, not that of the link
      await api.call('login', { body: { name, passphrase } });
      done();
    } catch (refused) {
      setError(refused as Error);
    }
  };
  return (
    <form className="form" onSubmit={(event) => void send(event)}>
      <p>The link has signed you in. With a name and a passphrase you can sign in again without one.</p>
      <TextInput label="Name" autoComplete="username" value={name} onChange={(event) => setName(event.currentTarget.value)} required data-autofocus />
      <PasswordInput
        label="Passphrase"
        autoComplete="new-password"
        value={passphrase}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
        required
        visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase' }}
      />
      {error ? <ProblemNote error={error} /> : null}
      <div className="row">
        <Button type="submit">Make the administrator</Button>
        <Button variant="default" onClick={done}>
          Not now
        </Button>
      </div>
    </form>
  );
}
