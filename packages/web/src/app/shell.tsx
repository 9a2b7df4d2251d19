// web/app: the frame of every page behind the sign-in.
import { Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ProblemNote } from '../parts/problem.tsx';
import { Waiting } from '../parts/panel.tsx';
import { Bar } from './bar.tsx';
import { startLive } from './live.ts';
import { loadAhead } from './load.ts';
import { Rail } from './rail.tsx';
import { isSignedOut, useSession } from './session.ts';

export function Shell() {
  const session = useSession();
  const router = useRouter();
  const { pathname, href } = useLocation();
  const [menu, setMenu] = useState(false);
  const main = useRef<HTMLElement>(null);
  const here = useRef(pathname);
  const signed_in = session.data !== undefined;
  useEffect(() => (signed_in ? startLive() : undefined), [signed_in]);
  useEffect(() => (signed_in ? loadAhead(router) : undefined), [signed_in, router]);
  useEffect(() => {
    setMenu(false);
    // a new page takes the focus, so that a keyboard goes on from its top and a screen reader says its heading
    if (here.current !== pathname) main.current?.focus({ preventScroll: true });
    here.current = pathname;
  }, [pathname]);
  if (isSignedOut(session.error)) {
    location.assign(`/login?next=${encodeURIComponent(href)}`);
    return null;
  }
  return (
    <>
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <div className="shell">
        <Rail open={menu} />
        <div>
          <Bar onMenu={() => setMenu(!menu)} menu={menu} />
          <main className="page" id="page" tabIndex={-1} ref={main}>
            {signed_in ? <Outlet /> : session.error ? <ProblemNote error={session.error} /> : <Waiting />}
          </main>
        </div>
      </div>
    </>
  );
}
