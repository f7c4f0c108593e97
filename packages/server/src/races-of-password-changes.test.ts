import { acceptance, ownChange, removal, reset } from './testing-owners.ts';
import { testRaces } from './testing-scene.ts';
import { changes } from './testing-thieves.ts';

testRaces(changes, [acceptance, ownChange, removal, reset]);
