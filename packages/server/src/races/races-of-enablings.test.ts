import { acceptance, factorRemoval, ownChange, removal, reset } from '../testing/thieves/owners.ts';
import { testRaces } from '../testing/thieves/scene.ts';
import { enablings } from '../testing/thieves/thieves.ts';

testRaces(enablings, [acceptance, factorRemoval, ownChange, removal, reset]);
