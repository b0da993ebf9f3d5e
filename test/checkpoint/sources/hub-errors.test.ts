import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionError, diskError, responseError } from '../../../src/checkpoint/sources/hub-errors.js';
import type { HubSettings } from '../../../src/checkpoint/sources/hub-settings.js';

const settings: HubSettings = {
  endpoint: 'https://huggingface.co',
  cacheFolder: '/cache',
  offline: false,
  links: true,
  idleTimeout: 1000,
  retryDelay: 1,
};
const subject = { id: 'org/model', revision: 'main', file: 'config.json' };

test('a full disk and one that cannot be written are told apart', () => {
  const full = diskError(Object.assign(new Error('x'), { code: 'ENOSPC' }), '/cache/blob');
  assert.deepEqual(
    [full.code, full.message],
    [
      'output',
      'the disk is full while writing /cache/blob; free some space, or set HF_HUB_CACHE to another folder',
    ],
  );
  assert.match(
    diskError(Object.assign(new Error('x'), { code: 'EROFS' }), '/c').message,
    /cannot be written \(EROFS\)/,
  );
});

test('the reason for no connection is the innermost one', () => {
  const inner = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  const error = connectionError(new TypeError('fetch failed', { cause: inner }), subject, settings);
  assert.match(
    error.message,
    /^huggingface\.co could not be reached for config\.json of org\/model \(ENOTFOUND\)/,
  );
});

test('an answer is told by its code before its status', () => {
  const answer = (status: number, code?: string) =>
    responseError(
      new Response(null, { status, headers: code ? { 'x-error-code': code } : {} }),
      subject,
      settings,
    );
  assert.match(answer(404, 'EntryNotFound').message, /org\/model has no file config\.json at revision main/);
  assert.match(answer(404, 'RevisionNotFound').message, /has no revision "main"/);
  assert.match(answer(401, 'RepoNotFound').message, /there is no model org\/model/);
  assert.match(answer(403).message, /refuses a request without an access token \(HF_TOKEN\) .* \(403\)/);
  assert.match(
    answer(500).message,
    /answered with an error for config\.json of org\/model \(500\); try again later/,
  );
});

test('no message holds the token', () => {
  const token = { value: 'hf_secret', source: 'HF_TOKEN' };
  for (const [status, code] of [
    [401, null],
    [403, 'GatedRepo'],
    [403, null],
    [404, 'RepoNotFound'],
    [500, null],
  ] as const) {
    const response = new Response(null, { status, headers: code ? { 'x-error-code': code } : {} });
    assert.doesNotMatch(responseError(response, subject, { ...settings, token }).message, /hf_secret/);
  }
});
