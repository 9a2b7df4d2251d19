// web/login: a one-time link (/login#TOKEN) or a name and a passphrase. Who comes first makes the administrator.
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import markUrl from '../../app/mark.svg';
import { type Reply, api } from '../../app/api.ts';
import { useFilters } from '../../app/filters.ts';
import { Waiting } from '../../parts/panel.tsx';
import { useTitle } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { FirstUser } from './first-user.tsx';

/** Only a path of our own is gone to: a link must not send anybody elsewhere. */
const safeNext = (next: string | undefined): string => (next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/login') ? next : '/');

export function LoginPage() {
  useTitle('Sign in');
  const [filters] = useFilters();
  const [token] = useState(() => location.hash.slice(1));
  const [session, setSession] = useState<Reply<'session'> | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [waiting, setWaiting] = useState(token !== '');
  const tried = useRef(false);
  const next = () => location.assign(safeNext(filters['next']));
  const enter = (answer: Reply<'session'>) => (answer.first_use ? setSession(answer) : next());
  const attempt = async (ask: () => Promise<Reply<'session'>>) => {
    setWaiting(true);
    setError(null);
    try {
      enter(await ask());
    } catch (refused) {
      setError(refused as Error);
    } finally {
      setWaiting(false);
    }
  };
  useEffect(() => {
    if (token === '' || tried.current) return;
    tried.current = true; // the link is good for one go
    history.replaceState(null, '', location.pathname + location.search);
    void attempt(() => api.call('linkLogin', { body: { token } }));
  });
  return (
    <div className="sign-in">
      <main>
        <div className="row">
          <img src={markUrl} alt="" width="28" height="28" />
          <h1>{session ? 'Make an administrator' : 'Sign in to Holdfast'}</h1>
        </div>
        {error ? <ProblemNote error={error} /> : null}
        {session ? <FirstUser done={next} /> : waiting && token !== '' ? <Waiting /> : <Passphrase waiting={waiting} attempt={attempt} />}
      </main>
    </div>
  );
}

function Passphrase({ waiting, attempt }: { waiting: boolean; attempt: (ask: () => Promise<Reply<'session'>>) => Promise<void> }) {
  const [name, setName] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    void attempt(() => api.call('login', { body: { name, passphrase } }));
  };
  return (
    <form className="form" onSubmit={send}>
      <TextInput label="Name" autoComplete="username" value={name} onChange={(event) => setName(event.currentTarget.value)} required />
      <PasswordInput
        label="Passphrase"
        autoComplete="current-password"
        value={passphrase}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
        required
        visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase' }}
      />
      <Button type="submit" loading={waiting}>
        Sign in
      </Button>
      <p className="soft">
        No passphrase yet: <code>holdfast up</code> prints a link that signs in once, each time it starts.
      </p>
    </form>
  );
}
