import type { Locator, Page } from "@playwright/test";

// How long a person takes: a tap by the keystroke-level model (Card, Moran, Newell), a look at a new screen as its mental
// act, and a character at the average of 36 words a minute that 37,000 people typed on phones (Palin and others, 2019).
const pace = { tap: 1_100, look: 1_350, character: 330 };

// The app takes two taps within a shorter time for one.
const slowestDoubleTap = 360;

interface HandOptions {
  /** Whether the hand takes as long as a person does. */
  paced?: boolean;
  /** Called on each new screen. */
  onScreen?: (page: Page) => Promise<void>;
}

/** Hand uses a phone as a person does: it taps and types. It counts the taps. */
export class Hand {
  taps = 0;
  private lastTap = 0;

  constructor(readonly page: Page, private readonly options: HandOptions = {}) {}

  /** look reads a screen once it shows something. */
  async look(at: Locator) {
    await at.waitFor();
    await this.pause(pace.look);
    await this.options.onScreen?.(this.page);
  }

  async tap(target: Locator) {
    await target.waitFor();
    await this.pause(pace.tap);
    await this.page.waitForTimeout(Math.max(0, this.lastTap + slowestDoubleTap - Date.now()));
    await target.tap();
    this.lastTap = Date.now();
    this.taps++;
  }

  /** type taps a field and types a text into it. */
  async type(field: Locator, text: string) {
    await this.tap(field);
    if (this.options.paced) await field.pressSequentially(text, { delay: pace.character });
    else await field.fill(text);
  }

  /** paste holds a field until the phone offers to paste, taps that, and has the text of the clipboard in the field. */
  async paste(field: Locator, text: string) {
    await this.tap(field);
    await this.tap(field);
    await field.fill(text);
  }

  /** choose taps a list of options and one of them. */
  async choose(list: Locator, option: string) {
    await list.waitFor();
    await this.pause(2 * pace.tap);
    await list.selectOption(option);
    this.taps += 2;
  }

  private async pause(milliseconds: number) {
    if (this.options.paced) await this.page.waitForTimeout(milliseconds);
  }
}
