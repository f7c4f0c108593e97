import { acceptance, ownChange, removal, reset } from '../testing/thieves/owners.ts';
import { testRaces } from '../testing/thieves/scene.ts';
import { changes } from '../testing/thieves/thieves.ts';

testRaces(changes, [acceptance, ownChange, removal, reset]);
