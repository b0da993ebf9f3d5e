import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openCheckpoint, openFolder } from '../../../src/checkpoint/index.js';
import { openAddress } from '../../../src/checkpoint/sources/address.js';
import { checkpointFolder } from '../../model/golden.js';

/** The byte at a position of the large file. */
const byteAt = (position: number) => (position * 7 + Math.floor(position / 1000)) % 251;
const largeSize = 20_000_000;
const large = Uint8Array.from({ length: largeSize }, (_, i) => byteAt(i));

interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}
const asked: Asked[] = [];
type Answer = (request: IncomingMessage, response: ServerResponse, body: Uint8Array | undefined) => void;
let files = new Map<string, Uint8Array>();
let answer: Answer;

/** As servers of files do. */
const inParts: Answer = (request, response, body) => {
  if (!body) return void response.writeHead(404).end();
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (from === undefined) return void response.writeHead(200, { 'Content-Length': body.length }).end(body);
  if (Number(from) >= body.length) return void response.writeHead(416).end();
  const part = body.subarray(Number(from), Number(to) + 1);
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${body.length}`;
  response.writeHead(206, { 'Content-Range': range }).end(part);
};
/** As servers that know no ranges do. */
const whole: Answer = (_, response, body) => {
  if (body) response.writeHead(200).end(body);
  else response.writeHead(404).end();
};

const server = createServer((request, response) => {
  const path = decodeURIComponent(request.url!);
  const { range, authorization } = request.headers;
  asked.push({ path, range, authorization });
  answer(request, response, files.get(path));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked.length = 0;
  answer = inParts;
  files = new Map([['/m/large.bin', large]]);
});

const openLarge = async () => openAddress(`${base}/m`, { names: ['large.bin'] });

function assertPart(bytes: Uint8Array, start: number, end: number): void {
  assert.equal(Buffer.compare(bytes, large.subarray(start, end)), 0);
}

suite('a file is read in parts', () => {
  test('of any place and length, over the borders of what is asked for at once', async () => {
    const opened = await openLarge();
    assert.equal(await opened.size('large.bin'), largeSize);
    const ends = [0, 1, 65_535, 65_536, 65_537, 8_388_607, 8_388_609, 16_777_216, largeSize];
    for (const start of ends) {
      for (const end of ends.filter((each) => each >= start)) {
        assertPart(await opened.read('large.bin', start, end), start, end);
      }
    }
    assertPart(await opened.read('large.bin'), 0, largeSize);
  });

  test('which are asked for once, and no others', async () => {
    const opened = await openLarge();
    await opened.size('large.bin');
    await Promise.all([
      opened.read('large.bin', 9_000_000, 10_000_000),
      opened.read('large.bin', 9_500_000, 11_000_000),
      opened.read('large.bin', 10, 20),
    ]);
    assert.deepEqual(
      asked.map(({ range }) => range),
      ['bytes=0-65535', 'bytes=8388608-16777215'],
    );
  });

  test('but whole from a server that knows no ranges, once', async () => {
    answer = whole;
    const opened = await openLarge();
    assertPart(await opened.read('large.bin', 9_000_000, 9_100_000), 9_000_000, 9_100_000);
    assertPart(await opened.read('large.bin', 0, 100), 0, 100);
    assert.equal(asked.length, 1);
  });

  test('with the headers that are given', async () => {
    const init = { headers: { Authorization: 'Bearer secret' } };
    const opened = await openAddress(`${base}/m/`, { names: ['large.bin'], init });
    await opened.read('large.bin', 0, 9_000_000);
    assert.ok(asked.every(({ authorization }) => authorization === 'Bearer secret'));
  });

  test('also where the server hides how long it is, or it is empty', async () => {
    answer = (request, response, body) => {
      if (request.method === 'HEAD') response.writeHead(200, { 'Content-Length': body!.length }).end();
      else response.writeHead(206).end(body!.subarray(0, 65_536));
    };
    assert.equal(await (await openLarge()).size('large.bin'), largeSize);
    answer = inParts;
    files.set('/m/large.bin', new Uint8Array());
    assert.deepEqual(await (await openLarge()).read('large.bin'), new Uint8Array());
  });
});

suite('what goes wrong is told', () => {
  const failsWith = async (code: string, message: RegExp, start = 9_000_000, end = 9_200_000) => {
    const opened = await openLarge();
    await assert.rejects(opened.read('large.bin', start, end), { name: 'PellucidError', code, message });
  };
  /** Answers the first request well and the others so. */
  const later =
    (bad: Answer): Answer =>
    (...given) =>
      (asked.length === 1 ? inParts : bad)(...given);

  test('a range outside of the file', () =>
    failsWith('bad-checkpoint', /20000000 bytes long/, 0, largeSize + 1));

  test('a file that is not there, or a page in its place', async () => {
    files.clear();
    await failsWith('not-found', /there is no file http.*large\.bin/);
    answer = (_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<p>');
    await failsWith('not-found', /there is no file/);
  });

  test('a part that is cut, too long, or not the one asked for', async () => {
    const send = (length: number, range?: string): Answer =>
      later((_, response) => {
        response.writeHead(206, range === undefined ? {} : { 'Content-Range': range });
        response.end(new Uint8Array(length));
      });
    answer = send(100);
    await failsWith('network', /cut after 100 of 8388608 bytes/);
    asked.length = 0;
    answer = send(8_388_609);
    await failsWith('network', /more than the 8388608 bytes/);
    asked.length = 0;
    answer = send(8_388_608, `bytes 0-8388607/${largeSize}`);
    await failsWith('network', /not send the part/);
    asked.length = 0;
    answer = send(8_388_608, `bytes 8388608-16777215/${largeSize + 1}`);
    await failsWith('network', /has the file changed/);
    asked.length = 0;
    answer = later((_, response) => response.destroy());
    await failsWith('network', /cannot be read/);
    asked.length = 0;
    answer = later((_, response) => response.writeHead(500).end());
    await failsWith('network', /answers 500/);
  });

  test('and the next reading tries again', async () => {
    const opened = await openLarge();
    answer = later((_, response) => response.destroy());
    await assert.rejects(opened.read('large.bin', 9_000_000, 9_200_000), { code: 'network' });
    answer = inParts;
    assertPart(await opened.read('large.bin', 9_000_000, 9_200_000), 9_000_000, 9_200_000);
  });

  test('no server, and a signal that fires', async () => {
    const closed = await openAddress('http://127.0.0.1:1/', { names: ['large.bin'] });
    await assert.rejects(closed.size('large.bin'), { code: 'network', message: /no connection/ });
    const signal = AbortSignal.abort();
    const cancelled = await openAddress(base, { names: ['large.bin'], signal });
    await assert.rejects(cancelled.size('large.bin'), { code: 'cancelled' });
    await assert.rejects(openAddress('large.bin'), { code: 'bad-input', message: /is no address/ });
  });
});

const onThisDisk = async (name: string) =>
  openCheckpoint(await openFolder(fileURLToPath(checkpointFolder(name))));

test('a checkpoint is found without a list of its files, shards too, and is what it is on disk', async () => {
  for (const name of ['gpt2-sharded', 'bert-vocab-txt', 'mpnet-sentence']) {
    const { files: onDisk, contentHash, weights } = await onThisDisk(name);
    for (const file of onDisk.names) files.set(`/m/${file}`, await onDisk.read(file));
    const found = await openAddress(`${base}/m`);
    const checkpoint = await openCheckpoint(found);
    assert.equal(checkpoint.contentHash, contentHash);
    assert.deepEqual([...checkpoint.weights.keys()], [...weights.keys()]);
    assert.ok(found.names.every((file) => onDisk.names.includes(file)));
    assert.equal(found.path('config.json'), undefined);
    files.clear();
  }
});

test('a hash that is known is not computed', async () => {
  const { files: onDisk } = await onThisDisk('gpt2-default');
  for (const file of onDisk.names) files.set(`/m/${file}`, await onDisk.read(file));
  const contentHashes = { 'model.safetensors': 'a'.repeat(64) };
  const checkpoint = await openCheckpoint(await openAddress(`${base}/m`, { contentHashes }));
  assert.notEqual(checkpoint.contentHash, (await openCheckpoint(onDisk)).contentHash);
});
