import assert from 'node:assert/strict';
import { after, before, suite, type TestContext, test } from 'node:test';
import type { CheckpointFiles } from '../../src/checkpoint/index.js';
import { encodeOnnx, GraphBuilder, type Operator } from '../../src/graph/index.js';
import { tensor } from '../../src/tensor/index.js';
import { browserCheckpoints } from '../browser/checkpoints.js';
import { operatorCases } from '../graph/operator-cases.js';
import { checkOperator } from '../graph/operator-check.js';
import { goldenCases } from '../model/golden.js';
import { openGoldenCheck } from '../model/golden-check.js';
import { longInput, longWork, scaling, vector } from '../runtime/sample-graphs.js';
import { operatorTolerance, referenceTolerance } from '../tolerances.js';
import type { RemoteRuntime } from './remote-runtime.js';

/** One way to compute, held to the contract of runtimes. */
export interface Backend {
  readonly name: string;
  /** Starts an engine of its own; or says why this machine cannot. */
  readonly open: () => Promise<RemoteRuntime | { readonly missing: string }>;
  /** Whether it sees files of this disk; if not it is handed the weights. */
  readonly seesFiles: boolean;
  /** Products of matrices that keep it at work for a while. */
  readonly longWork: number;
  /** How often each operator is tried. */
  readonly operatorRuns: number;
  /** Which inputs of each model are held against the reference; all of them if left out. */
  readonly goldenInputs?: readonly string[];
  /** More tiny checkpoints, of which a batch of unequal lengths is held against the reference. */
  readonly moreCheckpoints?: readonly string[];
  /** Largest absolute difference from the reference implementation of the models. */
  readonly tolerance: number;
  /** The same of a sine or cosine from its kernel, where it is not that of every operator. */
  readonly angleTolerance?: number;
}

/** What every runtime must do. */
export function runtimeContract(backend: Backend): void {
  suite(`runtime contract: ${backend.name}`, () => {
    let runtime: RemoteRuntime;
    let missing: string | undefined;
    before(async () => {
      const opened = await backend.open();
      if ('missing' in opened) missing = opened.missing;
      else runtime = opened;
    });
    after(() => runtime?.close());

    const contractTest = (name: string, body: () => Promise<void>) =>
      test(name, async (context: TestContext) => {
        if (missing === undefined) await body();
        else context.skip(missing);
      });

    const stillWorks = async () => {
      const session = await runtime.createSession(scaling(2));
      assert.deepEqual((await session.run({ x: vector(4) })).get('y'), vector(8));
      await session.release();
    };

    contractTest('a session is made, run and released', async () => {
      const session = await runtime.createSession(scaling(3));
      const x = vector(1, 2);
      assert.deepEqual((await session.run({ x })).get('y'), vector(3, 6));
      assert.deepEqual(x, vector(1, 2));
      assert.deepEqual((await session.run({ x: vector(5) })).get('y'), vector(15));
      await session.release();
      await assert.rejects(session.run({ x: vector(1) }), /the session has been released/);
      await session.release();
    });

    contractTest('bytes that are no model are refused, and the engine works on', async () => {
      await assert.rejects(runtime.createSession(Uint8Array.of(1, 2, 3)), Error);
      await assert.rejects(runtime.createSession(new Uint8Array()), Error);
      await assert.rejects(runtime.createSession(scaling(2).subarray(0, 60)), Error);
      await stillWorks();
    });

    contractTest(
      'feeds that are missing or of another type are refused, and the engine works on',
      async () => {
        const session = await runtime.createSession(scaling(2));
        await assert.rejects(session.run({}), /x/);
        await assert.rejects(session.run({ x: tensor('I64', [1], BigInt64Array.of(1n)) }), Error);
        await assert.rejects(
          session.run({ x: tensor('F16', [1], Uint16Array.of(1)) }),
          /type F16 cannot be fed/,
        );
        await stillWorks();
      },
    );

    contractTest('weights are handed over as bytes', async () => {
      const graph = new GraphBuilder();
      const first = graph.weight('first', 'F32', [2], { file: 'one', offset: 3, length: 8 });
      const second = graph.weight('second', 'F32', [2], { file: 'two', offset: 0, length: 8 });
      graph.hook('y', graph.apply('Add', [first, second]));
      const model = encodeOnnx(graph.build(), String);
      const weights = () => [
        { location: 'one', data: new Uint8Array([7, 7, 7, ...bytesOf(1, 2)]) },
        { location: 'two', data: new Uint8Array([9, ...bytesOf(10, 20)]).subarray(1) },
      ];
      const session = await runtime.createSession(model, { weights: weights() });
      assert.deepEqual((await session.run({})).get('y'), vector(11, 22));
      await assert.rejects(runtime.createSession(model, { weights: weights().slice(0, 1) }), Error);
      await stillWorks();
    });

    contractTest('runs of two sessions side by side do not mix', async () => {
      const sessions = await Promise.all([2, 3].map((factor) => runtime.createSession(scaling(factor))));
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => sessions[i % 2]!.run({ x: vector(i, -i) })),
      );
      for (const [i, result] of results.entries()) {
        const factor = i % 2 === 0 ? 2 : 3;
        assert.deepEqual(result.get('y'), vector(factor * i, factor * -i));
      }
    });

    contractTest(
      'an output that stays in the engine feeds other sessions until it is discarded',
      async () => {
        const double = await runtime.createSession(scaling(2));
        const triple = await runtime.createSession(scaling(3));
        const { outputs, kept } = await double.runWith({ x: vector(1, 2) }, { keep: ['y'] });
        assert.deepEqual([...outputs], []);
        const y = kept.get('y')!;
        await double.release();
        assert.deepEqual((await triple.run({ x: y })).get('y'), vector(6, 12));
        await runtime.discard([y]);
        await assert.rejects(triple.run({ x: y }), /has been discarded/);
      },
    );

    contractTest('outputs that are to be checked and are not finite are named, kept or not', async () => {
      const session = await runtime.createSession(scaling(2));
      const check = new Map([['y', 'all' as const]]);
      for (const [x, wrong] of [
        [vector(1, 2), []],
        [vector(1, Number.NaN), ['y']],
        [vector(3e38, 1), ['y']],
      ] as const) {
        for (const keep of [[], ['y']]) {
          const { nonFinite, kept } = await session.runWith({ x }, { check, keep });
          assert.deepEqual([...nonFinite], wrong);
          await runtime.discard(kept.values());
        }
        assert.deepEqual([...(await session.runWith({ x }, {})).nonFinite], []);
      }
      await assert.rejects(session.runWith({ x: vector(1) }, { check: new Map([['z', 'all']]) }), /named z/);
      await session.release();
    });

    contractTest('a signal that has fired before rejects', async () => {
      const session = await runtime.createSession(scaling(2));
      await assert.rejects(session.run({ x: vector(1) }, AbortSignal.abort()), { code: 'cancelled' });
      await stillWorks();
    });

    contractTest('a signal that fires during a run rejects before the work is done', async () => {
      const session = await runtime.createSession(longWork(backend.longWork));
      const controller = new AbortController();
      const order: string[] = [];
      const cancelled = assert
        .rejects(session.run({ x: longInput() }, controller.signal), { code: 'cancelled' })
        .then(() => order.push('cancelled'));
      const next = session.run({ x: longInput() }).then(() => order.push('next'));
      setTimeout(() => controller.abort(), 20);
      await Promise.all([cancelled, next]);
      assert.deepEqual(order, ['cancelled', 'next']);
    });

    contractTest('closing rejects what waits, and the next session has a new engine', async () => {
      const session = await runtime.createSession(scaling(2));
      const long = await runtime.createSession(longWork(backend.longWork));
      const waiting = [long.run({ x: longInput() }), session.run({ x: vector(1) })];
      const closed = runtime.close();
      for (const each of waiting) await assert.rejects(each, { code: 'cancelled' });
      await closed;
      await stillWorks();
      await assert.rejects(session.run({ x: vector(1) }), { code: 'cancelled' });
      await session.release();
    });

    contractTest('an engine that dies rejects what waits, and the next session has a new one', async () => {
      const session = await runtime.createSession(scaling(2));
      await assert.rejects(runtime.crash(scaling(2)), /^Error: The engine thread stopped: /);
      await assert.rejects(session.run({ x: vector(1) }), { code: 'cancelled' });
      await stillWorks();
    });

    suite('computes what the reference kernel does, in the type that is inferred', () => {
      for (const operator of Object.keys(operatorCases) as Operator[]) {
        const angle = operator === 'Cos' || operator === 'Sin';
        const tolerance = (angle ? backend.angleTolerance : undefined) ?? operatorTolerance;
        contractTest(operator, () =>
          checkOperator({ runtime, runs: backend.operatorRuns, tolerance }, operator),
        );
      }
    });

    suite('computes what the reference implementation does', () => {
      const seen = (files: CheckpointFiles): CheckpointFiles =>
        backend.seesFiles ? files : { ...files, path: () => undefined };
      const { goldenInputs, moreCheckpoints = [] } = backend;
      for (const name of [...browserCheckpoints, ...moreCheckpoints]) {
        const more = moreCheckpoints.includes(name);
        const inputs = more ? ['batch'] : goldenInputs;
        for (const golden of goldenCases(name)) {
          if (inputs?.includes(golden.name) === false) continue;
          contractTest(`${name}: ${golden.name}`, async () => {
            const checkpoint = await openGoldenCheck(name, runtime, seen);
            await checkpoint.check(golden, more ? referenceTolerance : backend.tolerance);
            await checkpoint.close();
          });
        }
      }
    });
  });
}

function bytesOf(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
