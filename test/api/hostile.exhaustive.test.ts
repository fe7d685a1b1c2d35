import { afterAll, beforeAll, describe, it } from 'vitest';
import { openApiWorld, type ApiWorld, type Headers } from '../support/api-world.ts';
import { attack, PLACES } from '../support/attack.ts';

let world: ApiWorld;
let analyst: Headers;

beforeAll(async () => {
  world = await openApiWorld({ settings: { export_queue_maximum: 0 } });
  analyst = world.as('risk_analyst');
});
afterAll(() => world.close());

describe('hostile words, many of them,', () => {
  it.each(PLACES.map((at) => [`${at.route} ${at.kind} ${at.name}`, at] as const))('in %s meet a calm refusal or a documented answer', async (_, at) => {
    await attack(world, analyst, at, [], at.kind === 'header' ? 60 : 400);
  });
});
