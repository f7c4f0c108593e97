import { acceptance, factorRemoval, ownChange, removal, reset } from './testing-owners.ts';
import { testRaces } from './testing-scene.ts';
import { secondSteps } from './testing-thieves.ts';

testRaces(secondSteps, [acceptance, factorRemoval, ownChange, removal, reset]);
