import { acceptance, ownChange, removal, reset } from './testing-owners.ts';
import { testRaces } from './testing-scene.ts';
import { signingIn } from './testing-thieves.ts';

testRaces(signingIn, [acceptance, ownChange, removal, reset]);
