// web/app: a path that no page answers.
import { To } from '../parts/to.tsx';

export const NotThere = () => (
  <div className="sign-in">
    <main>
      <h1>No page is here</h1>
      <p>The address {location.pathname} names no page of this server.</p>
      <To href="/">Go to the overview</To>
    </main>
  </div>
);
