import { acceptance, ownChange, removal, reset } from '../testing/thieves/owners.ts';
import { testRaces } from '../testing/thieves/scene.ts';
import { signingIn } from '../testing/thieves/thieves.ts';

testRaces(signingIn, [acceptance, ownChange, removal, reset]);
