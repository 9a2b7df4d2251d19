// web/parts: the false alarms that monitors may raise, beside the alarms that they did raise, in one sentence.
import { countText, numberText } from './format.ts';

export interface Budget {
  readonly devices: number;
  /** False alarms in 30 days, at most. */
  readonly expected: number;
  /** Devices that came into an alert in the last 30 days. */
  readonly alarms: number;
}

export const BudgetLine = ({ of }: { of: Budget }) => (
  <span className="soft">
    Budget: at most {numberText(of.expected)} false alarms expected in 30 days on {countText(of.devices, 'device')}; {countText(of.alarms, 'alarm')} in the last
    30 days.
  </span>
);

/** Of all enabled monitors: their budgets add up. A device with several models, or several monitors, counts once for each. */
export function FleetBudget({ of }: { of: readonly { readonly enabled: boolean; readonly budget: Budget }[] }) {
  const budgets = of.filter((monitor) => monitor.enabled).map((monitor) => monitor.budget);
  if (budgets.length === 0) return <p className="soft">No monitor is enabled: no alert of drift opens, and no false one.</p>;
  const sum = (part: keyof Budget) => budgets.reduce((all, budget) => all + budget[part], 0);
  const watched = budgets.length === 1 ? countText(sum('devices'), 'device') : `${countText(sum('devices'), 'watched device')} of ${budgets.length} monitors`;
  return (
    <p className="says">
      Expected false alarms a month for this fleet: at most <strong data-budget="expected">{numberText(sum('expected'))}</strong> ({watched}); alarms of{' '}
      {budgets.length === 1 ? 'this monitor' : 'these monitors'} in the last 30 days, true and false:{' '}
      <strong data-budget="alarms">{numberText(sum('alarms'))}</strong>. What monitors of an app say on a device is not among them.
    </p>
  );
}
