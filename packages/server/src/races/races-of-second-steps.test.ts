import { acceptance, factorRemoval, ownChange, removal, reset } from '../testing/thieves/owners.ts';
import { testRaces } from '../testing/thieves/scene.ts';
import { secondSteps } from '../testing/thieves/thieves.ts';

testRaces(secondSteps, [acceptance, factorRemoval, ownChange, removal, reset]);
