import { liveRollups } from '../rollups/follower'
import type { FollowerFactory } from './follower'

/** Everything that is fed with rows as they are stored. */
export const followers: FollowerFactory[] = [liveRollups]
