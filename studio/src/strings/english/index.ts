import { attention } from './attention.js';
import { attribution } from './attribution.js';
import { input } from './input.js';
import { lens } from './lens.js';
import { models } from './models.js';
import { overview } from './overview.js';
import { page } from './page.js';
import { question } from './question.js';
import { save } from './save.js';
import { saved } from './saved.js';
import { state } from './state.js';
import { test } from './test.js';
import { verdict } from './verdict.js';

/** Every word of the page, by the panel or control that says it. */
export const english = {
  attention,
  attribution,
  input,
  lens,
  models,
  overview,
  page,
  question,
  save,
  saved,
  state,
  test,
  verdict,
};

export type Strings = typeof english;
