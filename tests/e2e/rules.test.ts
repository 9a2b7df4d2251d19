// tests/e2e: the rules of the loop are made, changed and taken away in the browser: triggers and monitors.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shoot, violations } from './browser.ts';
import { type Visit, startVisit } from './visit.ts';

let visit: Visit;
beforeAll(async () => {
  visit = await startVisit();
});
afterAll(() => visit?.end());

const dialog = (page: Page) => page.getByRole('dialog');
const closed = (page: Page) => dialog(page).waitFor({ state: 'detached' });
const triggers = async () => (await visit.house.client.call('triggerList', {})).triggers;
const lastChange = async (object: string) => (await visit.house.client.call('audit', { query: { object, limit: 1 } })).rows[0]!;

async function choose(page: Page, label: string, option: string): Promise<void> {
  await dialog(page).getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

it('makes a trigger, says what it will do, changes it, disables it and removes it; each change has its row in the audit', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/workflows');
    await page.getByRole('button', { name: 'Add a trigger' }).click();
    await dialog(page).getByText('Choose a model and a workflow.').waitFor();
    await dialog(page).getByRole('textbox', { name: 'Name' }).fill('nightly-fruit');
    await choose(page, 'When an alert opens on the model', 'fruit');
    await choose(page, 'Start the workflow', 'fruit-learn');
    await dialog(page).getByLabel('Cooldown (minutes)').fill('90');
    await dialog(page).getByLabel('Parameters').fill('rate=0.02');
    await dialog(page).getByText('starts fruit-learn, at most once in 1 h 30 min').waitFor();
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'trigger-dialog-light-1280', 'window');
    await dialog(page).getByRole('button', { name: 'Add a trigger' }).click();
    await closed(page);
    await page.getByRole('rowheader', { name: 'nightly-fruit' }).waitFor();
    const made = (await triggers()).find((trigger) => trigger.name === 'nightly-fruit');
    expect(made).toMatchObject({ workflow: 'fruit-learn', on: { model: 'fruit' }, cooldown_ms: 5_400_000, params: { rate: '0.02' }, enabled: true });

    await page.getByRole('button', { name: 'Change nightly-fruit' }).click();
    expect(await dialog(page).getByLabel('Cooldown (minutes)').inputValue()).toBe('90');
    await dialog(page).getByLabel('Cooldown (minutes)').fill('60');
    await dialog(page).getByRole('button', { name: 'Change nightly-fruit' }).click();
    await closed(page);
    expect(await lastChange('nightly-fruit')).toMatchObject({
      actor: 'user:ada',
      action: 'trigger.put',
      before: { cooldown_ms: 5_400_000 },
      after: { cooldown_ms: 3_600_000 },
    });

    await page.getByRole('button', { name: 'Disable nightly-fruit' }).click();
    await dialog(page).getByRole('button', { name: 'Disable nightly-fruit' }).click();
    await closed(page);
    await page.getByRole('button', { name: 'Enable nightly-fruit' }).waitFor();
    expect((await triggers()).find((trigger) => trigger.name === 'nightly-fruit')).toMatchObject({
      enabled: false,
      cooldown_ms: 3_600_000,
      params: { rate: '0.02' },
    });

    await page.getByRole('button', { name: 'Remove nightly-fruit' }).click();
    await dialog(page).getByRole('button', { name: 'Remove nightly-fruit' }).click();
    await closed(page);
    await page.getByRole('rowheader', { name: 'nightly-fruit' }).waitFor({ state: 'detached' });
    expect(await lastChange('nightly-fruit')).toMatchObject({ actor: 'user:ada', action: 'trigger.remove', after: null });
  }));

it('keeps the form, and says the sentence, where a parameter is none', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/workflows/fruit-retrain');
    await page.getByRole('button', { name: 'Change fruit-drift' }).click();
    await dialog(page).getByLabel('Parameters').fill('fast');
    await dialog(page).getByRole('button', { name: 'Change fruit-drift' }).click();
    expect(await dialog(page).getByRole('alert').innerText()).toContain('saw "fast", expected NAME=VALUE');
    await dialog(page).getByRole('button', { name: 'Leave it' }).click();
    await page.getByRole('button', { name: 'Change fruit-drift' }).click();
    expect(await dialog(page).getByLabel('Parameters').inputValue()).toBe('');
  }));

it('changes a monitor, and says before it does what the change means', () =>
  visit.withPage(async (page) => {
    const monitor = async () => (await visit.house.client.call('monitorList', {})).monitors.find((m) => m.name === 'default-fruit')!;
    const before = await monitor();
    await visit.open(page, '/settings?section=monitors');
    await page.getByRole('button', { name: 'Change default-fruit' }).click();
    await dialog(page).getByText('Nothing is changed.').waitFor();
    await dialog(page).getByLabel('Smallest distance that matters').fill('0.3');
    await dialog(page).getByLabel('Drifted windows in a row before an alert opens').fill('3');
    await dialog(page).getByText(`Only greater changes count as drift (0.3 instead of ${before.distance_min}).`).waitFor();
    await dialog(page).getByText('An alert opens later (after 3 instead of 2 drifted windows).').waitFor();
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'monitor-dialog-light-1280', 'window');
    await dialog(page).getByRole('button', { name: 'Change default-fruit' }).click();
    await closed(page);
    expect(await monitor()).toMatchObject({ distance_min: 0.3, windows_to_open: 3, windows_to_resolve: before.windows_to_resolve, enabled: true });
  }));
