import { acceptance, factorRemoval, ownChange, removal, reset } from './testing-owners.ts';
import { testRaces } from './testing-scene.ts';
import { enablings } from './testing-thieves.ts';

testRaces(enablings, [acceptance, factorRemoval, ownChange, removal, reset]);
